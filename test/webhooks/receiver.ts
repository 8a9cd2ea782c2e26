import {
  createServer as createHttp,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A request that came, with its body. */
export interface Received {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly path: string;
}

export interface Receiver {
  readonly port: number;
  readonly url: string;
  /** All that came, in order. */
  readonly received: readonly Received[];
  close(): Promise<void>;
}

/** What a receiver answers. By default 204. */
export type Answering = (request: Received, response: Parameters<RequestListener>[1]) => void;

export interface ReceiverOptions {
  readonly answer?: Answering;
  readonly host?: string;
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** A server that keeps what it is told. Whoever opens it closes it. */
export async function openReceiver(options: ReceiverOptions = {}): Promise<Receiver> {
  const { answer = (_, response) => response.writeHead(204).end(), host = '127.0.0.1', tls } = options;
  const received: Received[] = [];
  const listener: RequestListener = (request, response) => {
    const take = async () => {
      const one = { headers: plain(request), body: await bodyOf(request), path: request.url ?? '' };
      received.push(one);
      answer(one, response);
    };
    take().catch(() => response.destroy());
  };
  const server: Server = tls ? createHttps(tls, listener) : createHttp(listener);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = addressOf(server);
  return {
    port,
    url: `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}/hooks`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server does not listen.');
  return address;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

function plain({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
