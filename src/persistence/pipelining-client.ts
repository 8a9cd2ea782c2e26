import { Client } from 'pg';

/** A connection in pipeline mode that sends what is called in one turn as one piece, not statement by statement. */
export class PipeliningClient extends Client {
  #isGathering = false;

  constructor(config?: ConstructorParameters<typeof Client>[0]) {
    super(config);
    const query = super.query.bind(this);
    Object.defineProperty(this, 'query', {
      value: (...parameters: readonly unknown[]): unknown => {
        this.#gather();
        return Reflect.apply(query, undefined, parameters);
      },
    });
  }

  #gather(): void {
    if (this.#isGathering) return;
    this.#isGathering = true;
    const { stream } = this.connection;
    stream.cork();
    process.nextTick(() => {
      this.#isGathering = false;
      stream.uncork();
    });
  }
}
