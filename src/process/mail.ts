import { publicUrlOf, type Configuration } from '#src/configuration.ts';
import { createFolderSender } from '#src/mail/folder-sender.ts';
import type { MailSender } from '#src/mail/sender.ts';
import type { MailSettings } from '#workers/owed.ts';

/** How this installation sends mail. Connects to nobody. */
export async function openMail(configuration: Configuration): Promise<MailSettings> {
  const { mailFrom, mailCertificates } = configuration;
  return {
    sender: await mailSender(configuration),
    from: mailFrom,
    portal: `${publicUrlOf(configuration)}/portal`,
    certificates: mailCertificates === 'on',
  };
}

async function mailSender({ smtpUrl, dataDirectory }: Configuration): Promise<MailSender> {
  if (smtpUrl === undefined) return createFolderSender(dataDirectory);
  const { createSmtpSender } = await import('#src/mail/smtp-sender.ts');
  return createSmtpSender(smtpUrl);
}
