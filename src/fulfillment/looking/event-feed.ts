import { kinds } from '#jobs/kinds.ts';
import { maskCodesInValue } from '#src/domain/masked-codes.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { numberOf, outcomeOf } from '#src/fulfillment/looking/outcome.ts';
import { masked, resellerSeen, type Viewer } from '#src/fulfillment/looking/visibility.ts';
import { reading, type Database } from '#src/persistence/database.ts';
import { readEvents, readFeed, type EventRow, type FeedPage } from '#src/persistence/event-feed.ts';
import { placeEvents } from '#src/persistence/events.ts';
import type { MessageRow } from '#src/persistence/messages.ts';

/** An event as programs outside see it (contract §10). */
export interface ToldEvent {
  readonly id: string;
  /** Rises in the order of decision; at most 2^53. */
  readonly sequence: number;
  readonly type: string;
  /** RFC 3339, UTC. */
  readonly timestamp: string;
  /** Without any code. */
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Feed {
  readonly items: readonly ToldEvent[];
  /** The place to go on from. */
  readonly next: string;
}

/** Events that get their places at once. */
const placedAtOnce = 1000;

/** A read gives no more places than this many times: what remains waits for the next. */
const mostRounds = 10;

/**
 * The events behind a place, a reseller's own or everybody's. An empty page's place to go on from is that of the last event of all.
 * @param after undefined: from the oldest that is kept
 * @param publicUrl what `url` begins with, without a slash at its end
 * @returns undefined when events behind the place were removed already, or the place was never given
 */
export async function eventFeed(
  { database }: Pick<Fulfillment, 'database'>,
  viewer: Viewer,
  { after, limit }: { readonly after: string | undefined; readonly limit: number },
  publicUrl: string,
): Promise<Feed | undefined> {
  const read = () => readFeed(reading(database), resellerSeen(viewer) ?? null, after ?? '0', limit);
  let page: FeedPage = await read();
  for (let round = 0; round < mostRounds && page.isMore && page.events.length < limit; round += 1) {
    await placeEvents(database, placedAtOnce);
    page = await read();
  }
  const { events, head, removed } = page;
  if (after !== undefined && (BigInt(after) < BigInt(removed) || BigInt(after) > BigInt(head)))
    return undefined;
  const last = events.length === limit ? events.at(-1)?.position : undefined;
  return { items: events.map((event) => told(event, viewer, publicUrl)), next: last ?? head };
}

/** The events with these ids, in no order; those that were removed are missing. */
export async function toldEvents(
  database: Database,
  viewer: Viewer,
  ids: readonly string[],
  publicUrl: string,
): Promise<readonly ToldEvent[]> {
  const rows = await readEvents(reading(database), ids);
  return rows.map((row) => told(row, viewer, publicUrl));
}

/** The event as programs outside see it. */
function told(row: EventRow, viewer: Viewer, publicUrl: string): ToldEvent {
  const { eventId: id, sequence, type, timestamp, message, about } = row;
  const data = message ? dataOf(row, message, viewer) : (about.data ?? {});
  const path = message ? `/v1${kinds[message.kind].path}/${message.id}` : about.path;
  const shown = Object.entries(data).map(([name, value]) => [name, withoutCodes(name, value)]);
  return {
    id,
    sequence: Number(sequence),
    type,
    timestamp,
    data: { ...Object.fromEntries(shown), ...(path !== undefined && { url: `${publicUrl}${path}` }) },
  };
}

/** Masked by the name of its field, too. */
function withoutCodes(name: string, value: unknown): unknown {
  const shown: unknown = maskCodesInValue({ [name]: value });
  return typeof shown === 'object' && shown !== null ? Object.values(shown)[0] : shown;
}

function dataOf(row: EventRow, message: MessageRow, viewer: Viewer): Readonly<Record<string, unknown>> {
  const { about, certificate, facts, stated, owners } = row;
  const { kind, id, number, reseller } = message;
  if (about.status === undefined) {
    const whose = reseller === null ? {} : { reseller };
    return {
      kind,
      id,
      number,
      ...numberOf(kind, number),
      ...whose,
      certificate: { ...certificate, status: 'ready' },
    };
  }
  const { status, reason = null, notes = [], hold = null, returnedBy = null } = about;
  return {
    ...outcomeOf(
      {
        message: { ...message, status, reason, notes, replacedBy: null },
        facts: facts && masked(facts),
        stated: stated && status === 'fulfilled' ? masked(stated) : null,
        rendered: false,
        hold,
        returnedBy,
        owners,
      },
      viewer,
    ),
  };
}
