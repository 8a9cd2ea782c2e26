import { SMTPServer } from 'smtp-server';
import { expect, onTestFinished, test } from 'vitest';
import { readConfiguration } from '#src/configuration.ts';
import { examineMail } from '#src/doctor/mail.ts';
import { freePort } from '#test/environment/free-port.ts';
import { testFolder } from '#test/environment/redis-places.ts';
import { openMailCatcher } from '#test/mail/mail-catcher.ts';

/** A mail server that takes nobody's password. @returns its port */
async function refusingServer(): Promise<number> {
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: (_, __, callback) => callback(new Error('Invalid username or password')),
  });
  server.on('error', () => {});
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return port;
}

async function found(settings: Readonly<Record<string, string>>) {
  const findings = await examineMail(readConfiguration(settings));
  return (check: string) => findings.find((finding) => finding.check === check);
}

test('the doctor signs in to the mail server, and warns of a sender and an address that others cannot use', async () => {
  const mail = await openMailCatcher();
  const finding = await found({ SMTP_URL: mail.url });
  expect(finding('Mail')).toMatchObject({ verdict: 'ok' });
  expect(finding('Mail sender')).toMatchObject({ verdict: 'warning' });
  expect(finding('Public address')).toMatchObject({ verdict: 'warning' });
  const set = await found({
    SMTP_URL: mail.url,
    MAIL_FROM: 'Licenses <no-reply@example.com>',
    PUBLIC_URL: 'https://licenses.example.com',
  });
  expect(set('Mail sender')).toBeUndefined();
  expect(set('Public address')).toMatchObject({ verdict: 'ok' });
  expect(mail.mails).toEqual([]);
});

test('a mail server that is away, or refuses the password, is a problem; the password is not told', async () => {
  const away = await found({ SMTP_URL: `smtp://mailer:hush-hush@127.0.0.1:${await freePort()}` });
  expect(away('Mail')).toMatchObject({ verdict: 'problem' });
  expect(away('Mail')?.advice).toContain('SMTP_URL');
  const port = await refusingServer();
  const refused = await found({ SMTP_URL: `smtp://mailer:hush-hush@127.0.0.1:${port}` });
  expect(refused('Mail')).toMatchObject({ verdict: 'problem' });
  expect(JSON.stringify([away('Mail'), refused('Mail')])).not.toContain('hush');
});

test('without a mail server it says where the files are', async () => {
  const folder = await testFolder();
  const finding = await found({ DATA_DIRECTORY: folder });
  expect(finding('Mail')?.message).toContain(folder);
});
