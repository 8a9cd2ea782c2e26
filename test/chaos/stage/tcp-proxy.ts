import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Stands between a server and its clients, to take the server away from them without touching it. */
export interface TcpProxy {
  readonly port: number;
  /** Ends all connections and refuses new ones, as a firewall with a reset does. */
  refuse(): void;
  /** Keeps all connections and passes nothing, as a network that drops packets does. */
  silence(): void;
  heal(): void;
  /** Those who connect from now on reach another server; connections that stand stay where they are. */
  lead(target: { readonly port: number }): void;
  close(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

export async function openTcpProxy(target: { readonly port: number }): Promise<TcpProxy> {
  let state: 'open' | 'refusing' | 'silent' = 'open';
  const pairs = new Set<Pair>();
  let waiting: Socket[] = [];
  let leadsTo = target.port;
  const join = (client: Socket) => {
    const server = connect({ host: '127.0.0.1', port: leadsTo, noDelay: true });
    const pair = { client, server };
    pairs.add(pair);
    const part = () => {
      pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) socket.on('error', part).on('close', part);
    client.setNoDelay(true).pipe(server).pipe(client);
  };
  const proxy = createServer((client) => {
    client.on('error', () => client.destroy());
    if (state === 'refusing') client.destroy();
    else if (state === 'silent') waiting.push(client);
    else join(client);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = proxy.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    refuse() {
      state = 'refusing';
      for (const { client } of pairs) client.destroy();
    },
    silence() {
      state = 'silent';
      for (const { client, server } of pairs) {
        client.unpipe(server).pause();
        server.unpipe(client).pause();
      }
    },
    heal() {
      if (state === 'open') return;
      state = 'open';
      for (const { client, server } of pairs) client.pipe(server).pipe(client);
      const late = waiting;
      waiting = [];
      for (const client of late) if (!client.destroyed) join(client);
    },
    lead({ port }) {
      leadsTo = port;
    },
    async close() {
      for (const { client } of pairs) client.destroy();
      for (const client of waiting) client.destroy();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}
