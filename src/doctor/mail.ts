import { publicUrlOf, type Configuration } from '#src/configuration.ts';
import { ok, problem, warning, type DoctorFinding } from '#src/doctor/finding.ts';
import { createFolderSender } from '#src/mail/folder-sender.ts';

/** Looks whether mails can be sent now, who they come from, and where their links lead. Sends none. */
export async function examineMail(configuration: Configuration): Promise<readonly DoctorFinding[]> {
  return [
    await examineServer(configuration),
    ...examineSender(configuration),
    examinePublicUrl(configuration),
  ];
}

async function examineServer({ smtpUrl, dataDirectory }: Configuration): Promise<DoctorFinding> {
  if (smtpUrl === undefined) {
    const folder = createFolderSender(dataDirectory);
    try {
      await folder.verify();
      return ok('Mail', `no SMTP_URL: each mail becomes one of the ${folder.place}`);
    } catch (error) {
      return problem(
        'mail-refused',
        'Mail',
        `the ${folder.place} cannot be written: ${wordsOf(error)}`,
        'Set SMTP_URL, or give the folder to this user.',
      );
    }
  }
  const { createSmtpSender } = await import('#src/mail/smtp-sender.ts');
  const sender = createSmtpSender(smtpUrl);
  try {
    await sender.verify();
    return ok('Mail', `${sender.place} answers and takes mails from here`);
  } catch (error) {
    return problem(
      'mail-refused',
      'Mail',
      `${sender.place} does not take mails now: ${wordsOf(error)}`,
      'Correct host, port, user and password in SMTP_URL; mails that are owed are tried again for a day.',
    );
  }
}

function examineSender({ smtpUrl, mailFrom }: Configuration): readonly DoctorFinding[] {
  const isLocal = /@localhost>?$/.test(mailFrom);
  if (smtpUrl === undefined || !isLocal) return [];
  const advice = 'Set MAIL_FROM to an address of yours, such as Chancery <no-reply@example.com>.';
  return [
    warning(
      'mail-sender-local',
      'Mail sender',
      `mails come from ${mailFrom}, which other servers refuse`,
      advice,
    ),
  ];
}

function examinePublicUrl(configuration: Configuration): DoctorFinding {
  const url = publicUrlOf(configuration);
  if (configuration.publicUrl !== undefined) return ok('Public address', `the portal is at ${url}/portal`);
  const text = `mails lead to ${url}/portal, which other machines may not reach`;
  return configuration.smtpUrl === undefined
    ? ok('Public address', `the portal is at ${url}/portal`)
    : warning(
        'public-url-unset',
        'Public address',
        text,
        'Set PUBLIC_URL to the address by which customers reach this server.',
      );
}

/** A mail server's words; they may repeat the user's name, and never the password. */
function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message.replaceAll(/\s+/g, ' ').slice(0, 300) : String(error);
}
