import { Readable } from 'node:stream';
import { createTransport } from 'nodemailer';
import { z } from 'zod';
import type { MailSender, SendingEnding } from '#src/mail/sender.ts';

/** Waiting for a server that does not answer at all. */
const connectingMs = 30_000;

/** A server may look for viruses before it answers; RFC 5321 gives it ten minutes after the end of a mail. */
const answeringMs = 10 * 60_000;

const smtpFault = z.object({
  responseCode: z.number().optional(),
  command: z.string().optional(),
  message: z.string(),
});

/** Sends over SMTP, a connection for each mail. @param url `smtp://user:password@host:port` or `smtps://…` */
export function createSmtpSender(url: string): MailSender {
  const transport = createTransport({
    url,
    connectionTimeout: connectingMs,
    greetingTimeout: connectingMs,
    dnsTimeout: connectingMs,
    socketTimeout: answeringMs,
    // Mails are made of texts of ours; nothing is fetched for them.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const { hostname, port } = new URL(url);
  return {
    place: `SMTP server ${hostname}${port === '' ? '' : `:${port}`}`,
    async send({ raw, from, to }, beforeItsEnd) {
      const handing = { over: false };
      try {
        await transport.sendMail({
          envelope: { from, to },
          raw: Readable.from(wholeBut(raw, beforeItsEnd, handing)),
        });
        return { outcome: 'sent' };
      } catch (error) {
        return endingOf(error, handing.over);
      }
    },
    async verify() {
      await transport.verify();
    },
  };
}

/** The mail, and before its end the question whether it may be handed over. */
async function* wholeBut(raw: Buffer, beforeItsEnd: () => Promise<boolean>, handing: { over: boolean }) {
  yield raw;
  if (!(await beforeItsEnd())) throw new Error('Another process is sending it.');
  handing.over = true;
}

/** Commands that the server answers about this very mail: what it refuses there with 5xx it refuses for good. */
const aboutTheMail = /^(?:MAIL FROM|RCPT TO|DATA)$/;

function endingOf(error: unknown, handedOver: boolean): SendingEnding {
  const {
    responseCode,
    command = '',
    message,
  } = smtpFault.safeParse(error).data ?? { message: String(error) };
  const fault = message.replaceAll(/\s+/g, ' ').slice(0, 500);
  if (responseCode === undefined) {
    return handedOver
      ? {
          outcome: 'uncertain',
          fault: `The connection ended before the server answered; it may have taken the mail: ${fault}`,
        }
      : { outcome: 'not-now', fault };
  }
  const forGood = responseCode >= 500 && aboutTheMail.test(command);
  return { outcome: forGood ? 'refused' : 'not-now', fault };
}
