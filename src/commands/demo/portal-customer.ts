import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CommandError } from '#src/commands/terminal/command-error.ts';

/** Whoever waits so long for a mail wants to be told. */
const patienceMs = 60_000;

/** A customer with a browser of the simplest kind: it follows links, sends forms, and keeps its cookies. */
export class PortalCustomer {
  readonly #url: string;
  readonly #mailFolder: string;
  readonly #cookies = new Map<string, string>();

  /**
   * @param url where the portal's server listens
   * @param mailFolder where mails are left as files
   */
  constructor(url: string, mailFolder: string) {
    this.#url = url;
    this.#mailFolder = mailFolder;
  }

  /** Sends a form, as its page would. @returns the path of the page that it leads to */
  async post(path: string, fields: readonly (readonly [string, string])[]): Promise<string> {
    const response = await fetch(`${this.#url}${path}`, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        origin: this.#url,
        cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
      body: new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value])),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      this.#cookies.set(name, value);
    }
    const next = response.headers.get('location');
    if (response.status === 303 && next !== null) return next;
    const why = /class="fault"[^>]*>([^<]*)/.exec(await response.text())?.[1] ?? '';
    throw new CommandError(`The portal answered ${response.status} to the form of ${path}. ${why}`);
  }

  /** The six digits of the code that was mailed to the address. */
  async code(address: string): Promise<string> {
    const until = performance.now() + patienceMs;
    while (performance.now() < until) {
      const names = await readdir(this.#mailFolder).catch(() => []);
      for (const name of names.filter((one) => one.endsWith('.eml'))) {
        const mail = await readFile(join(this.#mailFolder, name), 'utf8');
        const code = mail.includes(`To: ${address}`) ? /^ {4}(\d{6})\s*$/m.exec(mail)?.[1] : undefined;
        if (code !== undefined) return code;
      }
      await delay(25);
    }
    throw new CommandError(`No code was mailed to ${address} within ${patienceMs / 1000} s.`);
  }
}
