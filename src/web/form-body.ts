import type { FastifyInstance } from 'fastify';

/** What a form sent. A field that came twice (checkboxes) has several values. */
export class FormBody {
  readonly #fields: URLSearchParams;

  constructor(text: string) {
    this.#fields = new URLSearchParams(text);
  }

  /** As typed, without blanks at the ends and NUL, which PostgreSQL cannot keep; empty when it did not come. */
  text(name: string): string {
    return clean(this.#fields.get(name) ?? '');
  }

  /** Of checkboxes, which are sent as `name[]`. */
  all(name: string): readonly string[] {
    return [...this.#fields.getAll(name), ...this.#fields.getAll(`${name}[]`)].map(clean);
  }

  has(name: string): boolean {
    return this.#fields.has(name);
  }

  /** Everything that came, for a form that is kept while its sender signs in again. */
  entries(): readonly (readonly [string, string])[] {
    return [...this.#fields].map(([name, value]) => [name, clean(value)]);
  }
}

const largestForm = 64 * 1024;

/** Bodies of forms, for the pages registered on `app`. Other bodies are refused there. @param bodyLimit bytes of a form at most */
export function parseForms(app: FastifyInstance, bodyLimit = largestForm): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit },
    (_, body, done) => done(null, new FormBody(String(body))),
  );
}

/** The body of a request, empty when there was none. */
export function formOf(body: unknown): FormBody {
  return body instanceof FormBody ? body : new FormBody('');
}

function clean(text: string): string {
  return text.replaceAll('\0', '').toWellFormed().trim();
}
