/**
 * Messages of a history as templates: the same history runs several times, each run with accounts, numbers and codes of its own. In a
 * template `{a}` is the run's name, `{L1}` its first imported Activation Code, `{K3}` the Registration Key that its step 3 was about and
 * `{I3:100101}` the license of that product family that its step 3 issued.
 */
const placeholder = /\{([\w:]+)\}/g;

/** @param valueOf undefined for what the run has not got */
export function render(template: unknown, valueOf: (symbol: string) => string | undefined): unknown {
  const text = JSON.stringify(template).replaceAll(placeholder, (_, symbol: string) => {
    const value = valueOf(symbol);
    if (value === undefined) throw new Error(`There is no ${symbol} in this run.`);
    return value;
  });
  return JSON.parse(text);
}

/** The symbols that a template names. */
export function symbolsIn(template: unknown): readonly string[] {
  return [...JSON.stringify(template).matchAll(placeholder)].flatMap(([, symbol]) => symbol ?? []);
}
