/** Text that is HTML already; everything else is escaped when it is put into a page. */
export interface Html {
  readonly html: string;
}

type Part = string | number | Html | readonly Html[] | undefined | null | false;

/** Puts values into HTML, escaped. Attribute values must stand in double quotes. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let text = strings[0] ?? '';
  for (const [i, part] of parts.entries()) text += textOf(part) + (strings[i + 1] ?? '');
  return { html: text };
}

function textOf(part: Part): string {
  if (part === undefined || part === null || part === false) return '';
  if (typeof part === 'string' || typeof part === 'number') return escape(String(part));
  if ('html' in part) return part.html;
  return part.map((one) => one.html).join('');
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
