import type { Outcome } from '#src/fulfillment/looking/outcome.ts';

/**
 * The part of an outcome that a preview can know: not its id, its times, its certificate, nor keys and codes that did not exist.
 * @param knownBefore any text that holds all keys and codes that existed
 */
export function foreseeable(outcome: Outcome, knownBefore: string): unknown {
  const {
    id: _id,
    acceptedAt: _at,
    hold: _hold,
    certificate: _certificate,
    reseller: _reseller,
    ...rest
  } = outcome;
  const known = (code: string | undefined) =>
    code !== undefined && knownBefore.includes(code) ? code : undefined;
  const plain = {
    ...rest,
    registrationKey: known(rest.registrationKey),
    lines: rest.lines?.map((line) => ({ ...line, activationCode: known(line.activationCode) })),
  };
  const text: unknown = JSON.parse(JSON.stringify(plain));
  return text;
}
