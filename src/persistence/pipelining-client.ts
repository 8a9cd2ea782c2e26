import { Client } from 'pg';
import { corkForTurn } from '#src/mechanisms/cork-for-turn.ts';

/** A connection in pipeline mode that sends what is called in one turn as one piece, not statement by statement. */
export class PipeliningClient extends Client {
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
