import { html, type Html } from '#src/mechanisms/html.ts';
import { attribute } from '#src/web/frame.ts';

/** A fault of what was typed: the field's id, and a sentence that says what to do. */
export interface Fault {
  /** Id of the control that the summary's link leads to. */
  readonly field: string;
  readonly message: string;
}

export interface TextboxOptions {
  /** Also the name that it is sent by. */
  readonly id: string;
  readonly label: string;
  readonly value?: string | undefined;
  readonly hint?: string | undefined;
  readonly faults?: readonly Fault[] | undefined;
  readonly type?: 'text' | 'email' | 'search' | 'password' | 'date' | 'number';
  /** What browsers may fill in (WCAG 1.3.5). */
  readonly autocomplete?: string;
  readonly inputmode?: 'numeric' | 'email' | 'text';
  /** `code`: in the face of codes; `short`: a few symbols. */
  readonly look?: 'code' | 'short';
  readonly maxlength?: number;
  readonly required?: boolean;
  /** The element of the hint and the fault's words is read with the field. */
  readonly describedBy?: string | undefined;
}

/** A labelled field with its hint and the words of its fault. Forms are `novalidate`: the server judges, in words. */
export function textbox(options: TextboxOptions): Html {
  const { id, label, value = '', type = 'text', look, maxlength = 400, required = true } = options;
  const described = describedBy(options);
  return html`<div class="field">
    <label for="${id}">${label}</label>
    ${hintOf(options)} ${faultOf(options)}
    <input
      id="${id}"
      name="${id}"
      type="${type}"
      value="${value}"
      ${type !== 'date' && attribute('maxlength', String(maxlength))}
      ${look !== undefined && attribute('class', look === 'short' ? 'code-field short' : 'code-field')}
      ${options.autocomplete !== undefined && attribute('autocomplete', options.autocomplete)}
      ${options.inputmode !== undefined && attribute('inputmode', options.inputmode)}
      ${look !== undefined && { html: 'spellcheck="false" autocapitalize="off"' }}
      ${required && attribute('aria-required', 'true')}
      ${described !== '' && attribute('aria-describedby', described)}
      ${isFaulty(options) && attribute('aria-invalid', 'true')}
    />
  </div>`;
}

export interface Choice {
  readonly value: string;
  readonly text: string;
  readonly hint?: string | undefined;
  readonly disabled?: boolean;
}

export interface SelectOptions extends Pick<
  TextboxOptions,
  'id' | 'label' | 'value' | 'hint' | 'faults' | 'autocomplete' | 'required'
> {
  readonly choices: readonly Choice[];
  /** The first entry, which stands for none: "Choose". */
  readonly none?: string;
}

export function select(options: SelectOptions): Html {
  const { id, label, value = '', choices, none, required = true } = options;
  const described = describedBy(options);
  return html`<div class="field">
    <label for="${id}">${label}</label>
    ${hintOf(options)} ${faultOf(options)}
    <select
      id="${id}"
      name="${id}"
      ${options.autocomplete !== undefined && attribute('autocomplete', options.autocomplete)}
      ${required && attribute('aria-required', 'true')}
      ${described !== '' && attribute('aria-describedby', described)}
      ${isFaulty(options) && attribute('aria-invalid', 'true')}
    >
      ${none !== undefined && html`<option value="">${none}</option>`}
      ${choices.map(
        (choice) =>
          html`<option value="${choice.value}" ${choice.value === value && { html: 'selected' }}>
            ${choice.text}
          </option>`,
      )}
    </select>
  </div>`;
}

export interface ChoicesOptions {
  readonly kind: 'radio' | 'checkbox';
  /** The name that it is sent by; the first control's id is this, the others' `id-2`, `id-3`. */
  readonly id: string;
  readonly legend: string;
  readonly choices: readonly Choice[];
  readonly chosen?: readonly string[];
  readonly hint?: string | undefined;
  readonly faults?: readonly Fault[] | undefined;
}

/** Radios, or checkboxes, under one legend. */
export function choices(options: ChoicesOptions): Html {
  const { kind, id, legend, chosen = [] } = options;
  const described = describedBy(options);
  return html`<fieldset ${described !== '' && attribute('aria-describedby', described)}>
    <legend>${legend}</legend>
    ${hintOf(options)} ${faultOf(options)}
    ${options.choices.map((choice, i) => {
      const own = i === 0 ? id : `${id}-${i + 1}`;
      return html`<div class="choice">
        <input
          id="${own}"
          name="${kind === 'checkbox' ? `${id}[]` : id}"
          type="${kind}"
          value="${choice.value}"
          ${chosen.includes(choice.value) && { html: 'checked' }}
          ${choice.disabled === true && { html: 'disabled' }}
          ${choice.hint !== undefined && attribute('aria-describedby', `${own}-hint`)}
        />
        <label for="${own}">${choice.text}</label>
        ${choice.hint !== undefined && html`<p class="hint" id="${own}-hint">${choice.hint}</p>`}
      </div>`;
    })}
  </fieldset>`;
}

export interface CheckboxOptions {
  readonly id: string;
  readonly label: string;
  readonly checked?: boolean;
  readonly faults?: readonly Fault[] | undefined;
}

/** One checkbox that stands alone, sent as `yes`. */
export function checkbox(options: CheckboxOptions): Html {
  const { id, label, checked = false } = options;
  const described = describedBy(options);
  return html`<div class="field">
    ${faultOf(options)}
    <div class="choice">
      <input
        id="${id}"
        name="${id}"
        type="checkbox"
        value="yes"
        ${checked && { html: 'checked' }}
        ${described !== '' && attribute('aria-describedby', described)}
        ${isFaulty(options) && attribute('aria-invalid', 'true')}
      />
      <label for="${id}">${label}</label>
    </div>
  </div>`;
}

/** The faults of a form, first on the page, with links to the fields. A browser moves the focus there (`autofocus`). */
export function errorSummary(title: string, faults: readonly Fault[]): Html | undefined {
  if (faults.length === 0) return undefined;
  return html`<div class="errors" role="alert" aria-labelledby="errors-title" tabindex="-1" autofocus>
    <h2 id="errors-title">${title}</h2>
    <ul>
      ${faults.map(({ field, message }) => html`<li><a href="#${field}">${message}</a></li>`)}
    </ul>
  </div>`;
}

/** A form that changes something. Two of one page may lead to one address: `hidden` tells them apart. */
export function form(action: string, content: Html, hidden: Readonly<Record<string, string>> = {}): Html {
  return html`<form method="post" action="${action}" novalidate>
    ${Object.entries(hidden).map(
      ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
    )}
    ${content}
  </form>`;
}

export function button(text: string, look: 'first' | 'second' = 'first'): Html {
  return html`<button type="submit" ${look === 'second' && attribute('class', 'second')}>${text}</button>`;
}

type Described = Pick<TextboxOptions, 'id' | 'hint' | 'faults' | 'describedBy'>;

function hintOf({ id, hint }: Described): Html | undefined {
  return hint === undefined ? undefined : html`<p class="hint" id="${id}-hint">${hint}</p>`;
}

function faultOf({ id, faults = [] }: Described): Html | undefined {
  const own = faults.filter(({ field }) => field === id);
  if (own.length === 0) return undefined;
  return html`<p class="fault" id="${id}-fault">${own.map(({ message }) => message).join(' ')}</p>`;
}

function isFaulty({ id, faults = [] }: Described): boolean {
  return faults.some(({ field }) => field === id);
}

function describedBy(options: Described): string {
  const { id, hint, describedBy: other } = options;
  return [other, hint === undefined ? undefined : `${id}-hint`, isFaulty(options) ? `${id}-fault` : undefined]
    .filter((part) => part !== undefined)
    .join(' ');
}
