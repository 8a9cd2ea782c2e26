import { SMTPServer } from 'smtp-server';

/** A mail server that takes everything and keeps nothing. */
export interface MailSink {
  readonly url: string;
  taken(): number;
  close(): Promise<void>;
}

export async function openMailSink(): Promise<MailSink> {
  let taken = 0;
  const server = new SMTPServer({
    authOptional: true,
    closeTimeout: 100,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, _, callback) {
      stream.on('end', () => {
        taken += 1;
        callback(null);
      });
      stream.resume();
    },
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.server.address();
  return {
    url: `smtp://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    taken: () => taken,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
