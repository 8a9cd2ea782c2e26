import type { CalendarDate } from '#src/domain/calendar.ts';
import type { CertificateLine } from '#src/domain/certificate-facts.ts';

/** How a later message ends in a replay. */
export interface ReplayedEnding {
  readonly status: 'fulfilled' | 'held' | 'rejected';
  readonly code?: string | undefined;
  readonly seats?: number | undefined;
  readonly validThrough?: CalendarDate | undefined;
  readonly lines: readonly ReplayedLine[];
}

export type ReplayedLine = Pick<CertificateLine, 'pid' | 'activationCode' | 'seats' | 'validThrough'> & {
  readonly action: string;
};

/** A later message as it ends with the returned one, and without it. */
export interface ReplayedMessage {
  /** For people: `order PO-7`. */
  readonly name: string;
  readonly kind: string;
  readonly before: ReplayedEnding;
  /** Undefined: it goes with the returned one, since its key falls. */
  readonly after: ReplayedEnding | undefined;
}

/** What a replay without the returned message brings to light. */
export interface ReplayDifferences {
  /** Request numbers of merges that took up what the replay would change. */
  readonly merges: readonly string[];
  readonly different: readonly { readonly name: string; readonly how: string }[];
  /** Names of those whose figures change. */
  readonly rebased: readonly string[];
  /** How many later messages touch the same key or licenses. */
  readonly laterMessages: number;
}

/** How the message would end otherwise, or with other lines; undefined when it ends the same (rules §8.3). */
export function howItDiffers({ before, after }: ReplayedMessage): string | undefined {
  if (after === undefined) return undefined;
  if (after.status !== before.status)
    return `would be ${after.status}${after.code === undefined ? '' : `, ${after.code}`}`;
  return linesOf(after) === linesOf(before) ? undefined : 'would have other lines';
}

/** Whether the message ends the same, with other seats or dates. Registrations follow their key and are not named (rules §8.3). */
export function isRebased({ kind, before, after }: ReplayedMessage): boolean {
  return after !== undefined && kind !== 'registration' && figuresOf(after) !== figuresOf(before);
}

function linesOf({ lines }: ReplayedEnding): string {
  return JSON.stringify(
    lines.map(({ pid, action, activationCode }) => [
      pid,
      action === 'changed' ? 'unchanged' : action,
      activationCode,
    ]),
  );
}

function figuresOf({ seats, validThrough, lines }: ReplayedEnding): string {
  return JSON.stringify([seats, validThrough, lines.map((line) => [line.seats, line.validThrough])]);
}
