import { z } from 'zod';
import { nextAttemptAfter } from '#src/domain/customers/mail-schedule.ts';
import { signInLimits } from '#src/domain/customers/sign-in.ts';
import type { CodeSecret } from '#src/mail/code-secret.ts';
import { composeMail, type MailMaterial } from '#src/mail/compose.ts';
import { rawMail } from '#src/mail/raw-mail.ts';
import type { MailSender } from '#src/mail/sender.ts';
import { reading, type Database, type Transaction } from '#src/persistence/database.ts';
import { findMailedCertificate } from '#src/persistence/mail-list.ts';
import {
  claimMail,
  endAttempt,
  handOver,
  renewClaim,
  type MailEnding,
  type MailRow,
} from '#src/persistence/mails.ts';
import { isCodeLive } from '#src/persistence/sign-in-codes.ts';
import type { MailSettings } from '#workers/owed.ts';

export interface SendingOptions extends Pick<MailSettings, 'sender' | 'from' | 'portal'> {
  readonly database: Database;
  readonly secret: CodeSecret;
}

/** A process that dies while it sends loses its claim after this; meanwhile it says so often that it lives. */
const claimSeconds = 120;
const renewEveryMs = 15_000;

/** What became of a job. `nothing`: it has ended before, is not due, or another process is sending it. */
export type MailSent = {
  readonly outcome: MailEnding['outcome'] | 'nothing' | 'unknown';
  readonly fault?: string;
};

/**
 * One attempt at one mail. What the server has taken is never sent again: before the end of the mail is given to it, that is written
 * down, and where its answer then does not come, the mail counts as failed and is shown to operators. Safe to call any number of times.
 * @param alive called now and then while a slow server keeps us waiting
 */
export async function sendMail(
  options: SendingOptions,
  id: string,
  alive: () => void = () => {},
): Promise<MailSent> {
  const { database, sender, from } = options;
  const tx = reading(database);
  const claim = await claimMail(tx, id, claimSeconds);
  if (claim.outcome === 'unknown') return { outcome: 'unknown' };
  if (claim.outcome === 'uncertain')
    return end(tx, id, { outcome: 'failed', fault: diedHandingOver, mayBeTaken: true });
  if (claim.outcome !== 'claimed') return { outcome: 'nothing' };
  const { mail } = claim;
  const material = await materialOf(tx, mail, options.secret);
  if ('fault' in material) return end(tx, id, { outcome: 'failed', fault: material.fault });
  const composed = composeMail(material, mail.language, options.portal);
  const outgoing = await rawMail(composed, { ...mail, to: mail.recipient, from });
  const renewing = setInterval(() => {
    alive();
    renewClaim(tx, id, claimSeconds).catch(() => {});
  }, renewEveryMs);
  try {
    const sent = await sender.send(outgoing, () => handOver(tx, id, mail.attempts));
    return await end(tx, id, endingOf(sent, mail));
  } finally {
    clearInterval(renewing);
  }
}

const diedHandingOver =
  'The process that sent it died before the server answered; the server may have taken it.';

async function end(tx: Transaction, id: string, ending: MailEnding): Promise<MailSent> {
  await endAttempt(tx, id, ending);
  return ending;
}

function endingOf(sent: Awaited<ReturnType<MailSender['send']>>, mail: MailRow): MailEnding {
  switch (sent.outcome) {
    case 'sent':
      return sent;
    case 'refused':
    case 'uncertain':
      return { outcome: 'failed', fault: sent.fault, mayBeTaken: sent.outcome === 'uncertain' };
    case 'not-now': {
      const ageSeconds = (Date.now() - Date.parse(mail.createdAt)) / 1000;
      const afterSeconds = nextAttemptAfter(mail.attempts, ageSeconds);
      return afterSeconds === undefined
        ? { outcome: 'failed', fault: `Tried for a day: ${sent.fault}` }
        : { outcome: 'later', fault: sent.fault, afterSeconds };
    }
  }
}

const aboutCertificate = z.object({ certificate: z.string(), version: z.number() });
const aboutInvitation = z.object({ by: z.string(), company: z.string() });
const aboutNotice = z.object({
  registrationKey: z.string(),
  orderNumber: z.string(),
  member: z.string(),
  account: z.string(),
});

/** What the mail is made of, as it is now; or why there is nothing to send any more. */
async function materialOf(
  tx: Transaction,
  { kind, about, reference }: MailRow,
  secret: CodeSecret,
): Promise<MailMaterial | { readonly fault: string }> {
  switch (kind) {
    case 'certificate': {
      const { certificate: number, version } = aboutCertificate.parse(about);
      const found = await findMailedCertificate(tx, number, version);
      if (!found) return { fault: `There is no PDF of certificate ${number}, version ${version}.` };
      const { facts, messageKind, pdf } = found;
      const attachment = {
        filename: `${number}-v${version}.pdf`,
        contentType: 'application/pdf',
        content: pdf,
      };
      return { kind, certificate: { facts, messageKind, attachment } };
    }
    case 'sign-in':
      return (await isCodeLive(tx, reference, signInLimits.codeSeconds))
        ? { kind, code: secret.codeOf(reference) }
        : { fault: 'The code had ended before it could be mailed.' };
    case 'invitation':
      return { kind, ...aboutInvitation.parse(about) };
    case 'notice':
      return { kind, ...aboutNotice.parse(about) };
  }
}
