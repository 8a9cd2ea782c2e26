import { Temporal } from 'temporal-polyfill';
import { kindsByName, type MessageKind } from '#jobs/kinds.ts';
import type { FieldError, Message } from '#jobs/message.ts';
import type { TransactionTime } from '#src/persistence/transaction-time.ts';

/** The one fault that only the database's clock can tell: an instant too far ahead, or over already (rules §1, §8.4). */
export function acceptanceFault<Kind extends MessageKind>(
  { kind, content }: Message<Kind>,
  time: TransactionTime,
): FieldError | undefined {
  const bounded = kindsByName[kind].bounded?.(content);
  if (!bounded) return undefined;
  const { path, instant, daysAhead, mayBePast } = bounded;
  if (!mayBePast && instant < time.today) return { path, message: 'must not be in the past' };
  // Whole seconds order as texts; which of two instants within one second is the later, Temporal tells.
  const isEarlier = instant.slice(0, secondsEnd) < time.now.slice(0, secondsEnd);
  if (isEarlier) return undefined;
  const latest = Temporal.Instant.from(time.now).add({ hours: 24 * daysAhead });
  if (Temporal.Instant.compare(instant, latest) <= 0) return undefined;
  return { path, message: `must not be more than ${daysAhead === 1 ? 'a day' : `${daysAhead} days`} ahead` };
}

/** Where the seconds end in a canonical instant, `2026-11-20T09:30:00Z`. */
const secondsEnd = 19;
