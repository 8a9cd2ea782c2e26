import { connect, type Socket } from 'node:net';

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** One connection that is kept; a request at a time. As light as can be, since it shares two cores with what it measures. */
export interface HttpConnection {
  post(path: string, body: string): Promise<HttpAnswer>;
  close(): void;
}

export async function openHttpConnection(port: number, apiKey: string): Promise<HttpConnection> {
  const socket = await connected(port);
  let received = '';
  let waiting: ((answer: HttpAnswer) => void) | undefined;
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    received += chunk;
    const answer = completeAnswer(received);
    if (!answer) return;
    received = '';
    const resolve = waiting;
    waiting = undefined;
    resolve?.(answer);
  });
  return {
    post: (path, body) =>
      new Promise((resolve, reject) => {
        if (waiting || socket.destroyed) return reject(new Error('The connection is busy or gone.'));
        waiting = resolve;
        socket.write(
          `POST ${path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer ${apiKey}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
        );
      }),
    close: () => socket.destroy(),
  };
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}

/** The answer when all of it has come; the API's bodies tell their length and are ASCII here. */
function completeAnswer(text: string): HttpAnswer | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1] ?? 0);
  const body = text.slice(end + 4);
  return body.length < length ? undefined : { status: Number(text.slice(9, 12)), body };
}
