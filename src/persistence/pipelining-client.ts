import { Client, type ClientConfig } from 'pg';
import { corkForTurn } from '#src/mechanisms/cork-for-turn.ts';
import type { DatabaseTarget } from '#src/mechanisms/database-url.ts';
import { isPlain, reaching } from '#src/persistence/reaching.ts';

/** A connection in pipeline mode that sends what is called in one turn as one piece, not statement by statement. */
class PipeliningClient extends Client {
  constructor(config?: ConstructorParameters<typeof Client>[0]) {
    super(config);
    const query = super.query.bind(this);
    Object.defineProperty(this, 'query', {
      value: (...parameters: readonly unknown[]): unknown => {
        corkForTurn(this.connection.stream);
        return Reflect.apply(query, undefined, parameters);
      },
    });
  }
}

/** The class of a pool's connections to `target`; finds host and encryption first where they are not plain from it. */
export function clientTo(target: DatabaseTarget): typeof Client {
  if (isPlain(target)) return PipeliningClient;
  const reach = reaching(target);
  return class extends PipeliningClient {
    constructor(config?: string | ClientConfig) {
      super(config);
      const connect = super.connect.bind(this);
      Object.defineProperty(this, 'connect', {
        value: (told: (error: Error | null, client?: Client) => void) => {
          const begin = async () => {
            const { host, port, ssl } = await reach();
            Object.assign(this, { host, port, ssl });
            Object.assign(this.connection, { ssl });
            connect(told);
          };
          begin().catch((error: unknown) => told(error instanceof Error ? error : new Error(String(error))));
        },
      });
    }
  };
}
