/** Conditions of a query with their parameters: what is not asked for stands in none, so that the indexes of the others serve. */
export interface Conditions {
  /** @param condition with `$?` for the value; left out when that is undefined */
  readonly where: (condition: string, value: unknown) => void;
  /** A condition that names its value itself, as a partial index wants it. */
  readonly only: (condition: string) => void;
  /** A further parameter, behind those of the conditions. @returns its name in the statement: `$3` */
  readonly parameter: (value: unknown) => string;
  /** `where … and …`, or nothing. */
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

export function createConditions(): Conditions {
  const parameters: unknown[] = [];
  const conditions: string[] = [];
  const parameter = (value: unknown) => `$${parameters.push(value)}`;
  return {
    parameters,
    parameter,
    where: (condition, value) => {
      if (value !== undefined) conditions.push(condition.replaceAll('$?', parameter(value)));
    },
    only: (condition) => {
      conditions.push(condition);
    },
    get sql() {
      return conditions.length > 0 ? `where ${conditions.join(' and ')}` : '';
    },
  };
}
