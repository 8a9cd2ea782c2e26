import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { daysBetween } from '#src/domain/calendar.ts';
import { hasValidCheckSymbol } from '#src/domain/code.ts';
import { productFamily, type License } from '#src/domain/license.ts';
import type { Decided } from '#src/fulfillment/deciding/decided.ts';
import { accounts, events, holdings } from '#test/domain/world-events.ts';
import { World, type Said, type Snapshot } from '#test/domain/world.ts';

interface Step {
  readonly world: World;
  readonly said: Said;
  readonly decided: Decided;
  readonly approved: ReadonlySet<string>;
  readonly before: Snapshot;
  readonly after: Snapshot;
}

/** Lets random things happen in a random world, and looks at it after each. */
function always(look: (step: Step) => void): void {
  fc.assert(
    fc.property(accounts, holdings, events, (owners, owned, happening) => {
      const world = new World(owners, owned);
      for (const event of happening) {
        world.passDays(event.days);
        const said = event.say(world);
        if (!said) continue;
        const before = world.now();
        const { decided, approved } = event.approve
          ? world.applyApproving(said)
          : { decided: world.apply(said), approved: new Set<string>() };
        look({ world, said, decided, approved, before, after: world.now() });
      }
    }),
    { numRuns: 100 },
  );
}

/** Each license before the step with what it is after it. */
function pairs({ before, after }: Step): readonly (readonly [License, License | undefined])[] {
  const byId = new Map(after.licenses.map((license) => [license.id, license]));
  return before.licenses.map((license) => [license, byId.get(license.id)]);
}

function expectOnce(things: readonly string[]): void {
  expect(things).toHaveLength(new Set(things).size);
}

describe('whatever happens', () => {
  test('no product family of an account has two active codes issued by us, and no suite of it two keys', () => {
    always(({ after }) => {
      const issued = after.licenses.filter(
        ({ registrationKey, status }) => registrationKey !== null && status === 'active',
      );
      expectOnce(issued.map(({ account, pid }) => `${account} ${productFamily(pid)}`));
      expectOnce(after.keys.map(({ account, suite }) => `${account} ${suite}`));
    });
  });

  test("a license's seats and date are those of its last grant", () => {
    always(({ world, after }) => {
      const initial = new Map(world.initial.map((license) => [license.id, license]));
      for (const license of after.licenses) {
        const grants = world.grants().filter((grant) => grant.license === license.id);
        const first = initial.get(license.id);
        const numbers = grants.map(({ number }) => number);
        const from = first ? first.grants + 1 : 1;
        expect(numbers).toEqual(numbers.map((_, i) => from + i));
        expect(license.grants).toBe(from - 1 + grants.length);
        const last = grants.at(-1) ?? first;
        expect(last).toMatchObject({ seats: license.seats, validThrough: license.validThrough });
      }
    });
  });

  test('no date of a full license comes earlier, except by a merge', () => {
    always((step) => {
      if (step.said.kind === 'merge') return;
      for (const [was, is] of pairs(step)) {
        if (was.edition === 'full') expect(was.validThrough <= (is?.validThrough ?? '')).toBe(true);
      }
    });
  });

  test('no seats of a full license shrink, except where the order or an approval said so', () => {
    always((step) => {
      const { said, approved } = step;
      if (said.kind === 'order' && (said.content.allowFewerSeats || approved.has('SEATS_BELOW_HOLDING')))
        return;
      for (const [was, is] of pairs(step)) {
        if (was.edition === 'full') expect(is?.seats).toBeGreaterThanOrEqual(was.seats);
      }
    });
  });

  test('a registration lowers nothing: no seats, and no key', () => {
    always((step) => {
      if (step.said.kind !== 'registration') return;
      for (const [was, is] of pairs(step)) expect(is?.seats).toBeGreaterThanOrEqual(was.seats);
      for (const was of step.before.keys) {
        const is = step.after.keys.find(({ id }) => id === was.id);
        expect(is?.seats).toBeGreaterThanOrEqual(was.seats);
        expect(was.validThrough <= (is?.validThrough ?? '')).toBe(true);
      }
    });
  });

  test('a merge conserves seats exactly, and seat-days but for rounding up and the cap', () => {
    always((step) => {
      if (step.said.kind !== 'merge' || step.decided.status !== 'fulfilled') return;
      const gone = pairs(step).flatMap(([was, is]) =>
        is?.status === 'merged' && was.status !== 'merged' ? [{ was, is }] : [],
      );
      const into = new Set(gone.map(({ is }) => is.mergedInto));
      expect(into.size).toBe(1);
      const [survivor, then] = pairs(step).find(([{ id }]) => into.has(id)) ?? [];
      if (!survivor || !then) throw new Error('The survivor is lost.');
      const inputs = [survivor, ...gone.map(({ was }) => was)];
      const seatDays = (license: License) =>
        license.seats * daysBetween(step.world.today, license.validThrough);
      const before = inputs.reduce((sum, license) => sum + seatDays(license), 0);
      const latest =
        inputs
          .map(({ validThrough }) => validThrough)
          .sort()
          .at(-1) ?? '';
      expect(then.seats).toBe(inputs.reduce((sum, license) => sum + license.seats, 0));
      expect(then.validThrough <= latest).toBe(true);
      expect(seatDays(then)).toBeGreaterThanOrEqual(before);
      expect(seatDays(then) - before).toBeLessThan(then.seats);
    });
  });

  test('following what was merged into what always ends, at what is not merged', () => {
    always(({ after }) => {
      const licenses = new Map(after.licenses.map((license) => [license.id, license.mergedInto]));
      const owners = new Map(after.accounts.map((account) => [account.id, account.mergedInto]));
      for (const graph of [licenses, owners]) {
        for (const start of graph.keys()) {
          const passed = new Set<string>();
          for (let at: string | null | undefined = start; at !== null; at = graph.get(at)) {
            if (at === undefined || passed.has(at)) throw new Error(`From ${start} there is no end.`);
            passed.add(at);
          }
        }
      }
      for (const { status, mergedInto } of after.licenses)
        expect(status === 'merged').toBe(mergedInto !== null);
    });
  });

  test('every code that was issued passes its check symbol, and no two are equal', () => {
    always(({ world }) => {
      const { keys, licenses } = world.issued();
      const codes = [
        ...keys.map(({ code }) => code),
        ...licenses.map(({ activationCode }) => activationCode),
      ];
      expectOnce(codes);
      for (const code of codes) expect(hasValidCheckSymbol(code)).toBe(true);
    });
  });

  test('what is rejected or held changes nothing', () => {
    always(({ decided, before, after, approved }) => {
      if (decided.status !== 'fulfilled' && approved.size === 0) expect(after).toEqual(before);
    });
  });

  test('the same message done once more changes no license and no key', () => {
    always(({ world, said, decided, after }) => {
      if (
        decided.status !== 'fulfilled' ||
        (said.kind === 'order' && said.content.customer.account === undefined)
      )
        return;
      world.apply(said);
      const again = world.now();
      const facts = ({ licenses, keys }: Snapshot) => ({
        licenses: licenses.map((license) => ({ ...license, extendedBy: [] })),
        keys: keys.map(({ id, account, seats, validThrough, aliasOf }) => ({
          id,
          account,
          seats,
          validThrough,
          aliasOf,
        })),
      });
      expect(facts(again)).toEqual(facts(after));
    });
  });
});
