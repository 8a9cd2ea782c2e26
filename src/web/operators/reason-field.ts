import { html, type Html } from '#src/mechanisms/html.ts';
import { button, form, textbox, type Fault } from '#src/web/controls.ts';
import { deskPage } from '#src/web/operators/desk-page.ts';
import type { DeskAnswer, DeskVisit } from '#src/web/operators/desk.ts';

const longest = 1000;

/** The textbox "Reason". */
export function reasonField(faults: readonly Fault[] = [], value = ''): Html {
  return textbox({ id: 'reason', label: 'Reason', maxlength: longest, value, autocomplete: 'off', faults });
}

/** The reason that was typed; none is a fault in words. */
export function reasonOf({ form: sent }: DeskVisit): {
  readonly reason: string;
  readonly faults: readonly Fault[];
} {
  const reason = sent.text('reason').replaceAll(/[\r\n\t]+/g, ' ');
  const message =
    reason === ''
      ? 'Enter a reason.'
      : reason.length > longest
        ? `Enter a reason of at most ${longest} symbols.`
        : '';
  return { reason, faults: message === '' ? [] : [{ field: 'reason', message }] };
}

export interface Question {
  readonly title: string;
  readonly text: string;
  /** Where the answer is sent, and with what. */
  readonly action: string;
  readonly hidden: Readonly<Record<string, string>>;
  readonly button: string;
  readonly back: string;
}

/** The page between a button and what it does, which asks why. */
export function askReason(
  visit: DeskVisit,
  { title, text, action, hidden, button: name, back }: Question,
): DeskAnswer {
  const isAnswered = visit.form.has('reason');
  const faults = isAnswered ? reasonOf(visit).faults : [];
  const page = deskPage(visit, {
    title,
    faults,
    width: 'normal',
    content: html`<h1>${title}</h1>
      <p>${text}</p>
      ${form(
        action,
        html`${reasonField(faults)}
          <div class="actions">${button(name)} <a class="button second" href="${back}">Leave it</a></div>`,
        hidden,
      )}`,
  });
  return { page, status: faults.length > 0 ? 422 : 200 };
}
