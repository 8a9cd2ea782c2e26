/** A place in an environment file that cannot be read, or could be read in two ways. */
export interface EnvironmentFileFault {
  readonly line: number;
  /** The variable, where it is known. */
  readonly variable?: string;
  /** Completes a sentence that begins with the variable or the line. Values are not in it. */
  readonly message: string;
}

/** What an environment file says, or everything that is wrong with it. */
export interface EnvironmentFile {
  readonly values: Readonly<Record<string, string>>;
  readonly faults: readonly EnvironmentFileFault[];
}

type Lookup = (name: string) => string | undefined;

const utf16 = 'is saved as UTF-16, which docker compose cannot read either: save it as UTF-8';

/**
 * Reads the bytes of a `.env` file as Docker Compose does: a byte order mark is no content; `#` begins a comment at the start of a line and
 * behind a blank, nowhere else; single quotes keep everything, double quotes know `\n` and its like; `$NAME` and `${NAME:-default}` are
 * replaced outside of single quotes, `$$` is a dollar. What Compose would take for something that nobody meant is a fault.
 * @param lookup what the process's environment says, which goes before what stands in the file
 */
export function readEnvironmentFile(content: Uint8Array, lookup: Lookup): EnvironmentFile {
  if (isUtf16(content)) return { values: {}, faults: [{ line: 1, message: utf16 }] };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return { values: {}, faults: [{ line: 1, message: 'is not UTF-8: save it as UTF-8' }] };
  }
  return new Reader(text.replaceAll('\r\n', '\n'), lookup).read();
}

/** By its mark, or by the zero beside each letter. */
function isUtf16([first, second, third, fourth]: Uint8Array): boolean {
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  return (first === 0 && third === 0) || (second === 0 && fourth === 0 && first !== undefined);
}

class Reader {
  readonly #text: string;
  readonly #lookup: Lookup;
  readonly #values: Record<string, string> = {};
  readonly #faults: EnvironmentFileFault[] = [];
  #at = 0;

  constructor(text: string, lookup: Lookup) {
    this.#text = text;
    this.#lookup = lookup;
  }

  read(): EnvironmentFile {
    for (;;) {
      this.#take(/\s*/y);
      if (this.#at >= this.#text.length) return { values: this.#values, faults: this.#faults };
      if (this.#text[this.#at] === '#') this.#take(/.*/y);
      else this.#readStatement();
    }
  }

  #readStatement(): void {
    const line = this.#line();
    const name = this.#take(/(?:export[\t ]+)?([\w.[\]-]+)[\t ]*/y)?.[1];
    if (name === undefined) {
      this.#faults.push({ line, message: 'is not NAME=value' });
      this.#take(/.*/y);
      return;
    }
    // A name alone is taken over from the process's environment.
    if (this.#at >= this.#text.length || this.#text[this.#at] === '\n') return;
    const say = (message: string) => void this.#faults.push({ line, variable: name, message });
    if (this.#take(/[=:][\t ]*/y) === undefined) {
      say('is not followed by "="');
      this.#take(/.*/y);
      return;
    }
    const value = this.#readValue(say);
    if (value !== undefined) this.#values[name] = value;
  }

  #readValue(say: (message: string) => void): string | undefined {
    const quote = this.#text[this.#at];
    if (quote !== '"' && quote !== "'") {
      const [whole = ''] = this.#take(/.*/y) ?? [];
      return this.#expanded((whole.split(' #', 1)[0] ?? '').trimEnd(), say);
    }
    const quoted = this.#take(quote === '"' ? /"((?:\\[^]|[^"\\])*)"/y : /'((?:\\[^]|[^'\\])*)'/y)?.[1];
    if (quoted === undefined) {
      say('has a quotation mark that is not closed');
      this.#at = this.#text.length;
      return undefined;
    }
    if ((this.#take(/[\t ]*(?:#.*)?/y), this.#at < this.#text.length && this.#text[this.#at] !== '\n')) {
      say('has more behind its closing quotation mark');
      this.#take(/.*/y);
      return undefined;
    }
    if (quote === "'") return quoted.replaceAll("\\'", "'");
    return this.#expanded(quoted.replaceAll(/\\([abfnrtv$"\\])/g, unescaped), say);
  }

  /** With `$NAME` replaced. */
  #expanded(text: string, say: (message: string) => void): string | undefined {
    let isSound = true;
    const value = text.replaceAll(
      /\$(?:(\$)|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?-)([^}]*))?\}|)/g,
      (_, dollar?: string, bare?: string, braced?: string, operator?: string, otherwise = '') => {
        if (dollar !== undefined) return '$';
        const name = bare ?? braced;
        const found = name === undefined ? undefined : (this.#lookup(name) ?? this.#values[name]);
        if (operator === ':-' ? found !== undefined && found !== '' : found !== undefined) return found ?? '';
        if (operator !== undefined) return otherwise;
        isSound = false;
        return '';
      },
    );
    if (!isSound)
      say('has a "$" that stands for no variable that is set: put the value in single quotes, or write "$$"');
    return isSound ? value : undefined;
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text) ?? undefined;
    if (found) this.#at = pattern.lastIndex;
    return found;
  }

  #line(): number {
    return this.#text.slice(0, this.#at).split('\n').length;
  }
}

const escapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  $: '$$',
};

function unescaped(_: string, letter: string): string {
  return escapes[letter] ?? letter;
}
