import { productFamily } from '#src/domain/license.ts';
import type { ReplayedEnding } from '#src/domain/lifecycle/replay-differences.ts';
import { causesOf, type AccountHistory } from '#src/fulfillment/deciding/changing/history.ts';
import { type AccountState } from '#src/fulfillment/deciding/changing/rewind.ts';
import type { Decided, DecidingContext } from '#src/fulfillment/deciding/decided.ts';
import { freshIssuer, type Issuer } from '#src/fulfillment/deciding/issuer.ts';
import type { HistoryRow } from '#src/persistence/account-history.ts';

/** Codes that were replaced since are named by the newest in their place. */
export function withNewestCodes(row: HistoryRow, { replacements }: AccountHistory): HistoryRow {
  const newest = (code: string) => replacements.get(code) ?? code;
  if (row.kind === 'registration')
    return { ...row, content: { ...row.content, registrationKey: newest(row.content.registrationKey) } };
  if (row.kind === 'upgrade-order')
    return { ...row, content: { ...row.content, keep: row.content.keep.map(newest) } };
  return row;
}

/** The catalog with the order's suite as it was issued: suites change, are withdrawn, and come by catalogs that are newer than this one. */
export function recordedSuites(
  row: HistoryRow,
  now: AccountState,
  { catalog, suiteSnapshots }: DecidingContext,
): Pick<DecidingContext, 'catalog' | 'suiteSnapshots'> {
  const key = [...now.keys.values()].find(({ certificate }) => certificate.number === row.certificateNumber);
  if (row.kind !== 'upgrade-order' || key?.suite !== row.content.suite) return { catalog, suiteSnapshots };
  const { suite: code, suiteName: name, components } = key;
  const suite = { code, name, rkPrefix: key.code.slice(0, 2), components };
  return {
    catalog: { ...catalog, suites: [suite, ...catalog.suites.filter((other) => other.code !== code)] },
    // Nothing of a replay is written.
    suiteSnapshots: new Map([[code, '']]),
  };
}

/** Gives what is issued the id and code that the message gave it, or the key or license that lives on for it. */
export function recordedIssuer(
  row: HistoryRow,
  now: AccountState,
  history: AccountHistory,
  state: AccountState,
): Issuer {
  const causes = new Set(causesOf(row));
  const keys = new Set(
    [...now.keys.values()]
      .filter(({ certificate }) => certificate.number === row.certificateNumber)
      .map(({ id }) => id),
  );
  return {
    key: (prefix) => {
      const key = [...now.keys.values()].find(
        ({ id, certificate }) => certificate.number === row.certificateNumber && !state.keys.has(id),
      );
      return key ? { id: key.id, code: key.code } : freshIssuer.key(prefix);
    },
    license: (component) => {
      const all = [...now.licenses.values()].filter(
        ({ pid }) => productFamily(pid) === productFamily(component.pid),
      );
      const own = all.find(({ id }) => causes.has(history.licenses.get(id)?.[0]?.cause ?? ''));
      // What another message issued that is left out here, it would have issued itself: its key's license lives on for it.
      const other = all.find(
        ({ id, registrationKey, revokedBy }) =>
          !state.licenses.has(id) &&
          revokedBy === null &&
          registrationKey !== null &&
          keys.has(registrationKey),
      );
      const license = own ?? other;
      return license
        ? { id: license.id, activationCode: license.activationCode }
        : freshIssuer.license(component);
    },
  };
}

export function endingOf(decided: Decided): ReplayedEnding {
  if (decided.status !== 'fulfilled') return { status: decided.status, code: decided.reason.code, lines: [] };
  const facts = decided.certificates[0]?.facts ?? decided.facts;
  if (!facts || facts.kind === 'merge' || facts.kind === 'undo-merge')
    return { status: 'fulfilled', lines: [] };
  const { seats, validThrough, lines } = facts;
  return { status: 'fulfilled', seats, validThrough, lines };
}

/** A code that is drawn once more is another one each time. */
export function withoutNewCodes(ending: ReplayedEnding): ReplayedEnding {
  const lines = ending.lines.map((line) =>
    line.action === 'replaced' ? { ...line, activationCode: '' } : line,
  );
  return { ...ending, lines };
}

export function sameEnding(one: ReplayedEnding, other: ReplayedEnding): boolean {
  const shape = ({ status, lines }: ReplayedEnding) =>
    JSON.stringify([status, lines.map(({ pid, action, activationCode }) => [pid, action, activationCode])]);
  return shape(one) === shape(other);
}
