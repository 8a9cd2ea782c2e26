import { join } from 'node:path';
import { FileLeftError, withFile, type WatchContext } from '#src/files/drop-folder/context.ts';
import { putAway } from '#src/files/drop-folder/put-away.ts';
import { recordFile } from '#src/files/drop-folder/record-file.ts';
import type { Sayings } from '#src/files/drop-folder/sayings.ts';
import { lookAt } from '#src/files/drop-folder/seen-files.ts';
import { takeFile, type Candidate } from '#src/files/drop-folder/take-file.ts';
import { tellOutcomes } from '#src/files/drop-folder/tell-outcomes.ts';
import type { FeedFile } from '#src/persistence/feed-files.ts';

/** What is to be done for a reseller. */
export interface TurnWork {
  /** Files to go on with. */
  readonly owed: readonly FeedFile[];
  /** Files that may be taken, in this order. */
  readonly candidates: readonly Candidate[];
}

const firstPauseMs = 5000;
const longestPauseMs = 300_000;

/**
 * Works on the files of each reseller one after the other, and on those of some resellers at once. A file that fails is tried again
 * after a pause that grows; the others go on.
 */
export class Turns {
  readonly #mostAtOnce: number;
  readonly #running = new Map<string, Promise<void>>();
  readonly #lastTurn = new Map<string, number>();
  readonly #pauses = new Map<string, { readonly until: number; readonly ms: number }>();

  constructor(mostAtOnce: number) {
    this.#mostAtOnce = mostAtOnce;
  }

  longestAgoFirst(resellers: readonly string[]): readonly string[] {
    const now = performance.now();
    // Long after its pause, nobody has asked for it again.
    for (const [about, { until }] of this.#pauses)
      if (now > until + longestPauseMs) this.#pauses.delete(about);
    return resellers.toSorted(
      (one, other) => (this.#lastTurn.get(one) ?? 0) - (this.#lastTurn.get(other) ?? 0),
    );
  }

  /** Does nothing while the reseller's last turn lasts, or too many others do. */
  begin(reseller: string, context: WatchContext, work: TurnWork, sayings: Sayings): void {
    if (work.owed.length + work.candidates.length === 0) return;
    if (this.#running.has(reseller) || this.#running.size >= this.#mostAtOnce) return;
    this.#lastTurn.set(reseller, performance.now());
    const turn = this.#turn(context, work, sayings).finally(() => this.#running.delete(reseller));
    this.#running.set(reseller, turn);
  }

  async ended(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  async #turn(context: WatchContext, { owed, candidates }: TurnWork, sayings: Sayings): Promise<void> {
    for (const file of owed)
      await this.#attempt(context, sayings, `file ${file.id}`, file.name, () => goOnWith(context, file));
    for (const candidate of candidates) {
      const { where, name } = candidate;
      const about = `file ${join(context.place.reseller, where, name)}`;
      await this.#attempt(context, sayings, about, name, () => takeAndRecord(context, candidate));
    }
  }

  async #attempt(
    { signal, log, place: { reseller } }: WatchContext,
    sayings: Sayings,
    about: string,
    name: string,
    work: () => Promise<void>,
  ): Promise<void> {
    const pause = this.#pauses.get(about);
    if (signal.aborted || (pause && performance.now() < pause.until)) return;
    try {
      await work();
      this.#pauses.delete(about);
      sayings.isWell(about);
    } catch (error) {
      if (isLeft(error)) {
        log.debug({ reseller, file: name, why: textOf(error) }, 'a feed file was left to another watcher');
        return;
      }
      const ms = pause ? Math.min(2 * pause.ms, longestPauseMs) : firstPauseMs;
      this.#pauses.set(about, { until: performance.now() + ms, ms });
      sayings.warn(about, 'a feed file could not be worked on; it is tried again', {
        reseller,
        file: name,
        why: textOf(error),
      });
    }
  }
}

/** Those in `work` that are still to be recorded are candidates, once they have rested, unless they are gone. */
async function goOnWith(context: WatchContext, { id, state, workName }: FeedFile): Promise<void> {
  const { directory, place } = context;
  const isGone = async () => (await lookAt(join(directory, place.reseller, 'work', workName))) === 'gone';
  if (state === 'importing' && !(await isGone())) return;
  await withFile(context, id, async (file) => {
    if (file.state === 'importing') await recordAndPutAway(context, file, 'gone');
    else if (file.state === 'imported') await putAway(context, file);
    else await tellOutcomes(context, file);
  });
}

async function takeAndRecord(context: WatchContext, candidate: Candidate): Promise<void> {
  const taken = await takeFile(context, candidate);
  if (!taken) return;
  await withFile(context, taken.id, async (file) => {
    if (file.state === 'importing') await recordAndPutAway(context, file, candidate.seen);
  });
}

async function recordAndPutAway(
  context: WatchContext,
  file: FeedFile,
  seen: Parameters<typeof recordFile>[2],
): Promise<void> {
  const recorded = await recordFile(context, file, seen);
  if (recorded) await putAway(context, recorded);
}

/** However deep it is wrapped. */
function isLeft(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof FileLeftError) return true;
  return false;
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
