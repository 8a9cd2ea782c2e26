import { codeMailedTo, type PortalSite } from '#test/web/customers/portal-site.ts';

/** What a browser keeps and sends, without one: for what no page offers. */
export interface FormBrowser {
  /** @returns the page at the end of all redirects */
  get(path: string): Promise<Seen>;
  post(path: string, fields: Readonly<Record<string, string>>): Promise<Seen>;
  /** Signs in by the code that is mailed to a member. @param nth of the address's codes, from 1 */
  signIn(address: string, nth?: number): Promise<Seen>;
}

export interface Seen {
  readonly status: number;
  readonly path: string;
  readonly text: string;
}

export function formBrowser(site: PortalSite): FormBrowser {
  const cookies = new Map<string, string>();
  const send = async (path: string, form?: URLSearchParams): Promise<Seen> => {
    const answer = await fetch(new URL(path, site.url), {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: {
        'sec-fetch-site': 'same-origin',
        cookie: Array.from(cookies, (pair) => pair.join('=')).join('; '),
      },
      ...(form && { body: form }),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    const location = answer.headers.get('location');
    const text = await answer.text();
    return location === null ? { status: answer.status, path, text } : send(location);
  };
  const post: FormBrowser['post'] = (path, fields) => send(path, new URLSearchParams(fields));
  return {
    get: (path) => send(path),
    post,
    async signIn(address, nth = 1) {
      await post('/portal', { email: address });
      return post('/portal/code', { step: 'code', code: await codeMailedTo(site, address, nth) });
    },
  };
}
