import { HtmlValidate } from 'html-validate';
import { expect, test } from 'vitest';
import { html } from '#src/mechanisms/html.ts';
import { button, checkbox, choices, errorSummary, form, select, textbox } from '#src/web/controls.ts';
import { framed, under, type Frame } from '#src/web/frame.ts';
import { commonStyle, deskStyle } from '#src/web/stylesheet.ts';

const frame: Frame = {
  lang: 'en',
  title: 'A <title> "of" everything',
  titlePrefix: 'Error: ',
  skipLink: 'Skip to content',
  home: { href: '/portal', name: 'Licensing Portal' },
  navigation: [{ href: '/portal/licenses', text: 'Licenses', current: true }],
  navigationName: 'Main',
  help: { href: '/portal/help', text: 'Help' },
};

const faults = [
  { field: 'name', message: 'Enter a name.' },
  { field: 'pick', message: 'Choose one.' },
  { field: 'agree', message: 'Accept it.' },
  { field: 'land', message: 'Choose a country.' },
];

function everyControl(): string {
  return framed(
    frame,
    html`${errorSummary('There is a problem', faults)}
      <h1>Heading</h1>
      ${form(
        '/portal/x',
        html`${textbox({ id: 'name', label: 'Name', value: '"><script>alert(1)</script>', hint: 'As on paper', faults })}
        ${select({ id: 'land', label: 'Country', none: 'Choose', value: 'DE', choices: [{ value: 'DE', text: 'Germany' }], faults })}
        ${choices({
          kind: 'radio',
          id: 'pick',
          legend: 'Which',
          choices: [
            { value: 'a', text: 'A', hint: 'First' },
            { value: 'b', text: 'B' },
          ],
          chosen: ['b'],
          faults,
        })}
        ${checkbox({ id: 'agree', label: 'I agree', faults })} ${button('Continue')}`,
        { draft: '1' },
      )}`,
  );
}

test('a page with every control is valid HTML, says its faults beside the fields, and escapes what was typed', async () => {
  const page = everyControl();
  const report = await new HtmlValidate({
    extends: ['html-validate:recommended', 'html-validate:a11y'],
  }).validateString(page);
  expect(
    report.results.flatMap(({ messages }) =>
      messages.map(({ ruleId, message, selector }) => `${ruleId} ${selector}: ${message}`),
    ),
  ).toEqual([]);
  expect(page).toContain('<title>Error: A &lt;title&gt;');
  expect(page).not.toContain('<script>alert');
  for (const { field, message } of faults) {
    expect(page).toContain(`href="#${field}">${message}`);
    expect(page).toMatch(new RegExp(`id="${field}-fault">${message}`));
  }
});

test('under a path of a proxy every link and form leads there, and nothing that was typed is changed', () => {
  const page = framed(frame, html`<p>${' href="/elsewhere"'}</p>`);
  const moved = under('/licenses', page);
  expect(moved).toContain('href="/licenses/portal/help"');
  expect(moved).toContain('src="/licenses/assets/emblem.svg"');
  expect(moved).toContain('href=&quot;/elsewhere&quot;');
  expect(under('', page)).toBe(page);
});

test('the portal’s one stylesheet is below 15 kB, the desk’s own below 6 kB, and they ask nobody else for anything', () => {
  expect(Buffer.byteLength(commonStyle.text)).toBeLessThan(15_000);
  expect(Buffer.byteLength(deskStyle.text)).toBeLessThan(6_000);
  for (const { text } of [commonStyle, deskStyle]) expect(text).not.toMatch(/https?:|@import|\/\//);
});
