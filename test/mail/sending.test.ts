import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { expect, onTestFinished, test } from 'vitest';
import { createCodeSecret } from '#src/mail/code-secret.ts';
import { createFolderSender } from '#src/mail/folder-sender.ts';
import { createSmtpSender } from '#src/mail/smtp-sender.ts';
import { inTransaction, reading } from '#src/persistence/database.ts';
import { listMails } from '#src/persistence/mail-list.ts';
import { claimMail, findDueMails, handOver, insertMails, requeueMail } from '#src/persistence/mails.ts';
import { openLedger, type Ledger } from '#test/fulfillment/open-ledger.ts';
import { openMailCatcher } from '#test/mail/mail-catcher.ts';
import { sendMail, type SendingOptions } from '#workers/send-mail.ts';

const invitation = {
  kind: 'invitation',
  recipient: 'kim@acme.example',
  language: 'en',
  reference: 'once',
  about: { by: 'it@acme.example', company: 'ACME GmbH' },
} as const;

async function owed(ledger: Ledger, changes: object = {}): Promise<string> {
  const [id = ''] = await inTransaction(ledger.database, (tx) =>
    insertMails(tx, [{ ...invitation, ...changes }]),
  );
  return id;
}

function sending(ledger: Ledger, url: string): SendingOptions {
  return {
    database: ledger.database,
    sender: createSmtpSender(url),
    secret: createCodeSecret(new Uint8Array(32)),
    from: 'Chancery <no-reply@licenses.example>',
    portal: 'https://licenses.example/portal',
  };
}

/** What the table says of a mail. */
async function stateOf({ query }: Ledger, id: string) {
  const [row] = await query(
    `select status, attempts, fault, extract(epoch from next_attempt_at - now())::integer as "inSeconds" from mail where id = $1`,
    [id],
  );
  return row;
}

const makeDue = ({ query }: Ledger, id: string) =>
  query('update mail set next_attempt_at = now() where id = $1', [id]);

test('a mail that is owed is sent once, however many jobs name it at once and later', async () => {
  const ledger = await openLedger();
  const catcher = await openMailCatcher();
  const options = sending(ledger, catcher.url);
  const id = await owed(ledger);
  expect(await inTransaction(ledger.database, (tx) => insertMails(tx, [invitation]))).toEqual([]);
  await Promise.all([sendMail(options, id), sendMail(options, id), sendMail(options, id)]);
  await sendMail(options, id);
  expect(catcher.mails).toHaveLength(1);
  const [{ from, to, parsed } = { from: '', to: [], parsed: undefined }] = catcher.mails;
  expect({ from, to, sender: parsed?.from?.text, id: parsed?.messageId }).toEqual({
    from: 'no-reply@licenses.example',
    to: ['kim@acme.example'],
    sender: '"Chancery" <no-reply@licenses.example>',
    id: `<${id}@licenses.example>`,
  });
  expect(parsed?.text).toContain('https://licenses.example/portal');
  expect(await stateOf(ledger, id)).toMatchObject({ status: 'sent', attempts: 1, fault: null });
  expect(await findDueMails(reading(ledger.database), 10)).toEqual([]);
});

test('a server that is away is tried again after 1, 5 and 15 minutes, then hourly, for a day', async () => {
  const ledger = await openLedger();
  const catcher = await openMailCatcher();
  await catcher.close();
  const options = sending(ledger, catcher.url);
  const id = await owed(ledger);
  for (const seconds of [60, 300, 900, 3600, 3600]) {
    expect(await sendMail(options, id)).toMatchObject({ outcome: 'later' });
    expect(await sendMail(options, id)).toEqual({ outcome: 'nothing' });
    const state = await stateOf(ledger, id);
    expect(state).toMatchObject({ status: 'queued' });
    expect(Math.abs(Number(state?.['inSeconds']) - seconds)).toBeLessThanOrEqual(1);
    await makeDue(ledger, id);
  }
  await ledger.query(`update mail set created_at = now() - interval '23 hours 30 minutes' where id = $1`, [
    id,
  ]);
  await makeDue(ledger, id);
  expect(await sendMail(options, id)).toMatchObject({ outcome: 'failed' });
  expect(await stateOf(ledger, id)).toMatchObject({ status: 'failed', attempts: 6 });
});

test('what the server refuses for good is not tried again; what it refuses for now is', async () => {
  const ledger = await openLedger();
  const refused = (code: number) => Object.assign(new Error('no such mailbox'), { responseCode: code });
  const catcher = await openMailCatcher({
    onRecipient: (address) =>
      address.startsWith('nobody') ? refused(550) : address.startsWith('later') ? refused(450) : undefined,
  });
  const options = sending(ledger, catcher.url);
  const nobody = await owed(ledger, { recipient: 'nobody@acme.example' });
  const later = await owed(ledger, { recipient: 'later@acme.example' });
  expect(await sendMail(options, nobody)).toMatchObject({ outcome: 'failed' });
  expect(await sendMail(options, later)).toMatchObject({ outcome: 'later' });
  expect(await stateOf(ledger, nobody)).toMatchObject({
    status: 'failed',
    fault: expect.stringContaining('no such mailbox'),
  });
  const listed = await listMails(reading(ledger.database), { to: 'NOBODY@acme.example' }, 10);
  expect(listed).toMatchObject([
    { kind: 'invitation', to: 'nobody@acme.example', status: 'failed', attempts: 1, mayGoAgain: true },
  ]);
  // The server has surely not taken it: a person may have it sent once more.
  expect(await requeueMail(reading(ledger.database), nobody)).toBe('nobody@acme.example');
  expect(await requeueMail(reading(ledger.database), nobody)).toBeUndefined();
  expect(await sendMail(options, nobody)).toMatchObject({ outcome: 'failed' });
  expect(await requeueMail(reading(ledger.database), later)).toBeUndefined();
});

test('a server that takes the mail and whose answer does not come is not given it twice', async () => {
  const ledger = await openLedger();
  const taken = Promise.withResolvers<void>();
  const catcher = await openMailCatcher({
    beforeAnswering: async () => {
      taken.resolve();
      await new Promise(() => {});
    },
  });
  const options = sending(ledger, catcher.url);
  const id = await owed(ledger);
  const sent = sendMail(options, id);
  await taken.promise;
  catcher.hangUp();
  const answer = await sent;
  expect(answer).toMatchObject({ outcome: 'failed', fault: expect.stringContaining('may have taken') });
  await makeDue(ledger, id);
  expect(await sendMail(options, id)).toEqual({ outcome: 'nothing' });
  expect(await requeueMail(reading(ledger.database), id)).toBeUndefined();
  expect(catcher.mails).toHaveLength(1);
});

test('what a process had not handed over when it died is sent by another; what it had is shown as uncertain', async () => {
  const ledger = await openLedger();
  const catcher = await openMailCatcher();
  const options = sending(ledger, catcher.url);
  const tx = reading(ledger.database);
  const [before, after] = [
    await owed(ledger, { reference: 'before' }),
    await owed(ledger, { reference: 'after' }),
  ];
  for (const id of [before, after])
    expect(await claimMail(tx, id, 120)).toMatchObject({ outcome: 'claimed' });
  expect(await handOver(tx, after, 1)).toBe(true);
  for (const id of [before, after]) expect(await sendMail(options, id)).toEqual({ outcome: 'nothing' });
  await ledger.query("update mail set claimed_until = now() - interval '1 second'");
  expect(await sendMail(options, before)).toEqual({ outcome: 'sent' });
  expect(await sendMail(options, after)).toMatchObject({
    outcome: 'failed',
    fault: expect.stringContaining('died'),
  });
  expect(await requeueMail(tx, after)).toBeUndefined();
  expect(catcher.mails).toHaveLength(1);
});

test('a slow server’s answer is waited for, and nobody else sends the mail meanwhile', async () => {
  const ledger = await openLedger();
  const answer = Promise.withResolvers<void>();
  const taken = Promise.withResolvers<void>();
  const catcher = await openMailCatcher({
    beforeAnswering: () => {
      taken.resolve();
      return answer.promise;
    },
  });
  const options = sending(ledger, catcher.url);
  const id = await owed(ledger);
  const sent = sendMail(options, id);
  await taken.promise;
  expect(await sendMail(options, id)).toEqual({ outcome: 'nothing' });
  answer.resolve();
  expect(await sent).toEqual({ outcome: 'sent' });
  expect(catcher.mails).toHaveLength(1);
});

test('without a mail server each mail is one whole file', async () => {
  const ledger = await openLedger();
  const folder = await mkdtemp(join(tmpdir(), 'chancery-mail-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const options = { ...sending(ledger, 'smtp://127.0.0.1:1'), sender: createFolderSender(folder) };
  const id = await owed(ledger);
  expect(await sendMail(options, id)).toEqual({ outcome: 'sent' });
  const files = await readdir(join(folder, 'mail'));
  expect(files).toEqual([expect.stringMatching(new RegExp(`Z-invitation-${id}\\.eml$`))]);
  const mail = await simpleParser(await readFile(join(folder, 'mail', files[0] ?? '')));
  expect(mail.subject).toBe('You can now act for ACME GmbH in the Licensing Portal');
});
