import type { Socket } from 'node:net';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { onTestFinished } from 'vitest';

export interface CaughtMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
  readonly parsed: ParsedMail;
}

/** A real SMTP server on a free port that keeps what it takes. */
export interface MailCatcher {
  readonly url: string;
  readonly mails: CaughtMail[];
  /** Waits until so many mails were taken for the address, and gives them, oldest first. */
  mailsTo(address: string, count?: number): Promise<readonly CaughtMail[]>;
  /** Ends every connection at once, without a word. */
  hangUp(): void;
  close(): Promise<void>;
}

/** Takes what ends something: `onTestFinished`, or what a file's `afterAll` calls. */
export type AtEnd = (end: () => Promise<void>) => void;

export interface CatcherOptions {
  readonly port?: number;
  /** What is answered to a recipient; an error refuses it. */
  readonly onRecipient?: (address: string) => (Error & { responseCode?: number }) | undefined;
  /** Awaited after a mail was taken and before that is answered. */
  readonly beforeAnswering?: (mail: CaughtMail) => Promise<void>;
}

/** @param atEnd takes what closes it; by default when the test has finished */
export async function openMailCatcher(
  options: CatcherOptions = {},
  atEnd: AtEnd = onTestFinished,
): Promise<MailCatcher> {
  const mails: CaughtMail[] = [];
  const settings: SMTPServerOptions = {
    authOptional: true,
    closeTimeout: 100,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo({ address }, _, callback) {
      callback(options.onRecipient?.(address) ?? null);
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const raw = Buffer.concat(chunks);
        const take = async () => {
          const { mailFrom, rcptTo } = session.envelope;
          const mail = {
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            raw: raw.toString('utf8'),
            parsed: await simpleParser(raw),
          };
          mails.push(mail);
          await options.beforeAnswering?.(mail);
        };
        void (async () => {
          const fault = await take().then(
            () => null,
            (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
          );
          callback(fault);
        })();
      });
    },
  };
  const server = new SMTPServer(settings);
  server.on('error', () => {});
  const sockets = new Set<Socket>();
  server.server.on('connection', (socket: Socket) => void sockets.add(socket));
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const address = server.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  atEnd(close);
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    async mailsTo(recipient, count = 1) {
      const found = () => mails.filter(({ to }) => to.includes(recipient));
      const until = performance.now() + 60_000;
      while (found().length < count) {
        if (performance.now() > until)
          throw new Error(
            `No mail for ${recipient}; there are ${mails.map(({ to }) => to.join()).join(', ') || 'none'}.`,
          );
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return found();
    },
    hangUp() {
      for (const socket of sockets) socket.destroy();
    },
    close,
  };
}
