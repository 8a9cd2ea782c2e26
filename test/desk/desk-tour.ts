import type { FilledDesk } from '#test/desk/fill-desk.ts';
import type { TestApp } from '#test/http/test-app.ts';

/** A look at the desk, or a search: what it is called, and how it is asked for. */
export interface Look {
  readonly name: string;
  readonly url: string;
  /** Of a search, which is sent by a form. */
  readonly search?: string;
}

/** Every page of the desk, with every filter, and every search. */
export function everyLook(desk: FilledDesk): readonly Look[] {
  const messages = (query: string): Look => ({ name: `messages?${query}`, url: `/ops/messages?${query}` });
  const search = (name: string, text: string): Look => ({
    name: `search: ${name}`,
    url: '/ops/search',
    search: text,
  });
  const audit = (query: string): Look => ({ name: `audit?${query}`, url: `/ops/audit?${query}` });
  const after = desk.fulfilled;
  return [
    { name: 'overview', url: '/ops' },
    messages(''),
    ...['upgrade-order', 'registration', 'merge-request', 'change-request'].map((kind) =>
      messages(`kind=${kind}`),
    ),
    ...['accepted', 'fulfilled', 'held', 'rejected'].map((status) => messages(`status=${status}`)),
    messages(`reseller=${desk.reseller}`),
    messages('reseller=nobody'),
    messages(`account=${desk.account}`),
    messages(`account=${desk.busyAccount}`),
    messages('reason=AMBIGUOUS_PRODUCT_FAMILY'),
    messages('reason=NONE_SUCH'),
    messages('from=2020-01-01&to=2020-12-31'),
    messages(`from=${day(-20)}&to=${day(-19)}`),
    messages(`reseller=${desk.reseller}&from=${day(-20)}&to=${day(-19)}`),
    messages(`account=${desk.busyAccount}&to=${day(-30)}`),
    messages(`reseller=${desk.reseller}&status=rejected&kind=registration`),
    messages(`reseller=nobody&status=fulfilled&kind=upgrade-order&reason=UNKNOWN_SUITE&from=${day(-30)}`),
    messages(`reseller=${desk.reseller}&kind=upgrade-order&status=accepted&account=${desk.busyAccount}`),
    messages(`after=${after}`),
    messages(`reseller=${desk.reseller}&after=${after}`),
    ...[desk.fulfilled, desk.held, desk.rejected, desk.merge, desk.change].map((id, i) => ({
      name: `message ${i + 1}`,
      url: `/ops/messages/${id}`,
    })),
    { name: 'holds', url: '/ops/holds' },
    { name: 'holds of one code', url: '/ops/holds?code=SEATS_BELOW_HOLDING' },
    {
      name: 'holds, a later page',
      url: `/ops/holds?after=${encodeURIComponent(`AMBIGUOUS_PRODUCT_FAMILY ${desk.hold}`)}`,
    },
    { name: 'hold', url: `/ops/holds/${desk.hold}` },
    { name: 'rejected', url: '/ops/rejected' },
    { name: 'rejected, all', url: '/ops/rejected?all=yes' },
    { name: 'rejected, a later page', url: `/ops/rejected?after=${desk.refused}` },
    { name: 'refused message', url: `/ops/rejected/${desk.refused}` },
    { name: 'account', url: `/ops/accounts/${desk.account}` },
    { name: 'busy account', url: `/ops/accounts/${desk.busyAccount}` },
    { name: 'mails', url: '/ops/mails' },
    { name: 'mails, failed', url: '/ops/mails?status=failed' },
    { name: 'mails, queued', url: '/ops/mails?status=queued' },
    { name: 'mails to one', url: `/ops/mails?recipient=it@${desk.account}.example` },
    { name: 'mails to nobody', url: '/ops/mails?recipient=nobody@nowhere.example&status=failed' },
    { name: 'resellers', url: '/ops/resellers' },
    { name: 'operators', url: '/ops/operators' },
    { name: 'resellers, a later page', url: '/ops/resellers?after=a' },
    { name: 'resellers by a part of the name', url: '/ops/resellers?named=RES' },
    { name: 'operators by a part of the name', url: '/ops/operators?named=ma&after=a' },
    { name: 'endpoints', url: '/ops/endpoints' },
    { name: 'endpoints of one reseller', url: `/ops/endpoints?of=${desk.reseller}` },
    { name: 'endpoints, a later page', url: `/ops/endpoints?after=${desk.endpoint}` },
    ...[
      '',
      'state=pending',
      'state=delivered',
      'state=failed',
      'state=cancelled',
      `after=${desk.delivery}`,
    ].map((query) => ({ name: `endpoint?${query}`, url: `/ops/endpoints/${desk.endpoint}?${query}` })),
    audit(''),
    audit('by=person-2'),
    audit('action=code-revealed'),
    audit('action=account-moved'),
    audit('by=nobody'),
    audit('by=system'),
    audit('account=nobody&action=key-made'),
    audit(`subject=${desk.fulfilled}`),
    audit(`account=${desk.account}`),
    audit(`from=${day(-20)}&to=${day(-19)}`),
    audit('by=person-2&action=key-made'),
    search('order number', desk.orderNumber),
    search('certificate number', desk.certificateNumber),
    search('id', desk.fulfilled),
    search('hold', desk.hold),
    search('refused message', desk.refused),
    search('account', desk.account),
    search('company prefix', 'harb'),
    search('company', desk.company),
    search('companies without an account', 'customer 1'),
    search('one letter', 'A'),
    search('code', desk.activationCode),
    search('registration key', desk.registrationKey),
    search('last four', desk.activationCode.slice(-4)),
    search('nothing', 'nothing is named like that'),
    search('wildcards', '%_'),
  ];
}

/** Asks for it as an operator does. @throws when it is not shown */
export async function look(t: Pick<TestApp, 'app'>, key: string, { name, url, search }: Look): Promise<void> {
  const authorization = `Bearer ${key}`;
  const answer = await t.app.inject(
    search === undefined
      ? { url, headers: { authorization } }
      : {
          method: 'POST',
          url,
          headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
          payload: new URLSearchParams({ q: search }).toString(),
        },
  );
  if (answer.statusCode !== 200 && answer.statusCode !== 303)
    throw new Error(`${name}: ${answer.statusCode} ${answer.body.slice(0, 500)}`);
}

function day(offset: number): string {
  return new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
}
