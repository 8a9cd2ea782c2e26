import type { Language } from '#src/domain/customers/language.ts';
import type { ComposedMail } from '#src/mail/compose.ts';
import type { OutgoingMail } from '#src/mail/sender.ts';

export interface Addressed {
  readonly id: string;
  readonly kind: string;
  readonly to: string;
  /** As in MAIL_FROM: `Chancery <no-reply@example.com>`. */
  readonly from: string;
  readonly language: Language;
  readonly createdAt: string;
}

/** The mail as it goes over the wire. Its Message-ID stays the same over all attempts. */
export async function rawMail(
  mail: ComposedMail,
  { id, kind, to, from, language, createdAt }: Addressed,
): Promise<OutgoingMail> {
  const sender = /<([^<>]+)>\s*$/.exec(from)?.[1] ?? from.trim();
  const domain = sender.split('@').at(-1) ?? 'localhost';
  // What a process that sends nothing does without.
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  const composer = new MailComposer({
    from,
    // An object, so that a comma in an address makes no second recipient.
    to: { name: '', address: to },
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    attachments: mail.attachments.map((attachment) => ({ ...attachment })),
    messageId: `<${id}@${domain}>`,
    date: new Date(createdAt),
    headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': language },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const raw = await composer.compile().build();
  const when = new Date(createdAt).toISOString().slice(0, 19).replaceAll(':', '-');
  return { id, raw, from: sender, to, name: `${when}Z-${kind}` };
}
