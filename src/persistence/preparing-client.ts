import { createHash } from 'node:crypto';
import { Client, type ClientConfig } from 'pg';

/**
 * A connection that prepares every statement with parameters under a name, so that PostgreSQL parses and plans it once per connection
 * and not every time. The product's statements are few and fixed.
 */
export class PreparingClient extends Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    const query = super.query.bind(this);
    Object.defineProperty(this, 'query', {
      value: (statement: unknown, values: unknown, ...others: readonly unknown[]): unknown =>
        typeof statement === 'string' && Array.isArray(values) && values.length > 0
          ? Reflect.apply(query, undefined, [{ name: nameOf(statement), text: statement, values }, ...others])
          : Reflect.apply(query, undefined, [statement, values, ...others]),
    });
  }
}

const names = new Map<string, string>();

function nameOf(statement: string): string {
  let name = names.get(statement);
  if (name === undefined) {
    name = createHash('sha256').update(statement).digest('hex').slice(0, 32);
    names.set(statement, name);
  }
  return name;
}
