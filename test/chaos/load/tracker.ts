import { kinds } from '#jobs/kinds.ts';
import { fingerprint, parseMessage, type Message } from '#jobs/message.ts';
import { identityOf } from '#src/fulfillment/deciding/message-names.ts';
import { reading, statement, type Database } from '#src/persistence/database.ts';
import type { Ended } from '#test/chaos/load/ended.ts';
import type { Draft } from '#test/chaos/load/messages.ts';
import type { Delivered } from '#test/chaos/load/producers.ts';

/** Remembers what was delivered, and asks Postgres what became of it. */
export interface Tracker {
  /** Messages and deliveries so far; a conflicting pair is two messages of one identity. */
  readonly counts: { messages: number; deliveries: number };
  sent(draft: Draft): void;
  delivered(draft: Draft, how: Delivered): void;
  /** Looks at everything that has not ended so far. */
  look(): Promise<Look>;
  /** Messages sent of which no look has seen the end. */
  unended(): number;
  /** Ids that were answered with 202 or 200 and that Postgres does not have. */
  falselyAccepted(): Promise<readonly string[]>;
}

export interface Look {
  /** Recorded, not decided. */
  readonly open: number;
  /** Not recorded (or, if nobody can accept it, not kept): with the time of the last delivery to a queue, 0 if there was none. */
  readonly unrecorded: readonly { readonly draft: Draft; readonly queuedAt: number }[];
  /** Those that this look found decided, by the database's clock. */
  readonly decided: readonly Ended[];
}

interface Tracked {
  readonly draft: Draft;
  readonly message: Message;
  readonly sentAt: number;
  queuedAt: number;
}

interface Poison {
  readonly draft: Draft;
  readonly queuedAt: number;
}

interface Row {
  readonly kind: string;
  readonly number: string;
  readonly reseller: string | null;
  readonly status: string;
  readonly decidedMs: number | null;
}

export function openTracker(database: Database): Tracker {
  const pending = new Map<string, Tracked>();
  const known = new Set<Draft>();
  const seen = new Set<string>();
  const accepted = new Set<string>();
  const poison = new Map<string, Poison>();
  const counts = { messages: 0, deliveries: 0 };
  return {
    counts,
    sent(draft) {
      if (known.has(draft)) return;
      known.add(draft);
      counts.messages += 1;
      const message = messageOf(draft);
      if (!message || seen.has(identityOf(message))) return;
      seen.add(identityOf(message));
      pending.set(identityOf(message), { draft, message, sentAt: Date.now(), queuedAt: 0 });
    },
    delivered(draft, how) {
      counts.deliveries += 1;
      if ('id' in how) accepted.add(how.id);
      if (how.by !== 'queue') return;
      const message = messageOf(draft);
      const tracked = message && pending.get(identityOf(message));
      if (tracked) tracked.queuedAt = how.at;
      if (!message) poison.set(fingerprint(draft.data), { draft, queuedAt: how.at });
    },
    async look() {
      const rows = await find(
        database,
        [...pending.values()].map(({ message }) => message),
      );
      const byIdentity = new Map(rows.map((row) => [identityOf(row), row]));
      for (const kept of await findKept(database, poison)) poison.delete(kept);
      const unrecorded: { readonly draft: Draft; readonly queuedAt: number }[] = [...poison.values()];
      const decided: Ended[] = [];
      let open = 0;
      for (const [identity, tracked] of pending) {
        const row = byIdentity.get(identity);
        if (!row) unrecorded.push(tracked);
        else if (row.decidedMs === null) open += 1;
        else {
          decided.push({ begunAt: tracked.sentAt, endedAt: row.decidedMs });
          pending.delete(identity);
        }
      }
      return { open, unrecorded, decided };
    },
    unended: () => pending.size + poison.size,
    async falselyAccepted() {
      const rows = await statement<{ readonly id: string }>(
        reading(database),
        'select id from unnest($1::uuid[]) as answered (id) where not exists (select from message where message.id = answered.id)',
        [[...accepted]],
      );
      return rows.map(({ id }) => id);
    },
  };
}

/** Undefined for what cannot be accepted. */
function messageOf({ kind, data }: Draft): Message | undefined {
  const parsed = parseMessage(kind, data);
  return parsed.ok ? parsed.message : undefined;
}

async function find(database: Database, messages: readonly Message[]): Promise<readonly Row[]> {
  return statement<Row>(
    reading(database),
    `select message.kind, message.number, message.reseller, status, (extract(epoch from decided_at) * 1000)::float8 as "decidedMs"
     from unnest($1::text[], $2::text[], $3::text[]) as wanted (kind, number, reseller)
     join message on message.kind = wanted.kind and message.number = wanted.number and message.reseller is not distinct from wanted.reseller`,
    [
      messages.map(({ kind }) => kind),
      messages.map(({ number }) => number),
      messages.map(({ reseller }) => reseller),
    ],
  );
}

/** Of messages that nobody can accept: fingerprints of those that were kept. */
async function findKept(database: Database, poison: ReadonlyMap<string, Poison>): Promise<readonly string[]> {
  const rows = await statement<{ readonly fingerprint: string }>(
    reading(database),
    `select sent.fingerprint from unnest($1::text[], $2::text[]) as sent (queue, fingerprint)
     join rejected_message as kept on kept.queue = sent.queue and kept.fingerprint = decode(sent.fingerprint, 'hex')`,
    [[...poison.values()].map(({ draft }) => kinds[draft.kind].queue), [...poison.keys()]],
  );
  return rows.map((row) => row.fingerprint);
}
