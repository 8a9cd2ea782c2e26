/** Text that is HTML already; everything else is escaped when it is put into a page. */
export interface Html {
  readonly html: string;
}

type Part = string | number | Html | readonly Html[] | undefined | null | false;

/**
 * Puts values into HTML, escaped. Attribute values must stand in double quotes. The templates' indentation, and the slash of `<br />`,
 * are for their readers and do not reach the page; values keep their blanks.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const around = tightened(strings);
  let text = '';
  for (const [i, part] of parts.entries()) {
    const value = textOf(part);
    const before = around[i] ?? '';
    // What is not there leaves no blank behind.
    text += (value === '' && /^[\s>]/.test(around[i + 1] ?? '') ? before.trimEnd() : before) + value;
  }
  return { html: text + (around.at(-1) ?? '') };
}

const tightenedTemplates = new WeakMap<TemplateStringsArray, readonly string[]>();

function tightened(strings: TemplateStringsArray): readonly string[] {
  let tight = tightenedTemplates.get(strings);
  if (!tight) {
    tight = strings.map((text) =>
      text
        .replaceAll(/\s*\n\s*/g, '\n')
        .replaceAll(/\s*\/>/g, '>')
        .replaceAll('\n>', '>'),
    );
    tightenedTemplates.set(strings, tight);
  }
  return tight;
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
