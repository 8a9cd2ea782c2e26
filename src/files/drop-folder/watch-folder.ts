import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import type { WatchContext } from '#src/files/drop-folder/context.ts';
import { openFolderIdentity, readFolderIdentity } from '#src/files/drop-folder/folder-identity.ts';
import {
  lookInto,
  makeFolders,
  strangersAmong,
  type ResellerFolder,
} from '#src/files/drop-folder/reseller-folder.ts';
import { Sayings } from '#src/files/drop-folder/sayings.ts';
import { SeenFiles } from '#src/files/drop-folder/seen-files.ts';
import { textOf, Turns } from '#src/files/drop-folder/turns.ts';
import type { FeedImport } from '#src/files/feed-import.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { newId } from '#src/mechanisms/new-id.ts';
import { withinDeadline } from '#src/mechanisms/within-deadline.ts';
import { listResellers } from '#src/persistence/api-keys.ts';
import { inTransaction, reading } from '#src/persistence/database.ts';
import { findOwedFeedFiles, removeOldFeedFiles } from '#src/persistence/feed-files.ts';

export interface FolderWatchOptions {
  readonly fulfillment: Fulfillment;
  readonly directory: string;
  readonly enqueue: FeedImport['enqueue'];
  readonly log: Logger;
  /** Between two looks. */
  readonly lookMs?: number;
  /** How long a file must not have changed before it is taken. */
  readonly restMs?: number;
}

export interface FolderWatch {
  /** Leaves what is under way to another watcher, after the rows in hand. @returns whether it ended in time */
  close(deadlineMs: number): Promise<boolean>;
}

/** Files of so many resellers at once; the connections of a worker are for its messages first. */
const mostAtOnce = 2;

const mostOwed = 1000;

const tidyingMs = 3_600_000;

/**
 * Watches a drop folder (contract §11) until it is closed. Any number may watch one: who takes a file holds it by a lease that
 * PostgreSQL's clock ends, so that a watcher that died is followed by another, whatever the clocks of machines and file servers say.
 */
export function watchFolder(options: FolderWatchOptions): FolderWatch {
  const { fulfillment, enqueue, log, lookMs = 5000, restMs = 10_000 } = options;
  const directory = resolve(options.directory);
  const { database } = fulfillment;
  const holder = newId();
  const ending = new AbortController();
  const sayings = new Sayings(log);
  const seen = new SeenFiles();
  const turns = new Turns(mostAtOnce);
  let folder: string | undefined;
  let tidiedAt = -Infinity;
  let timer: NodeJS.Timeout | undefined;

  const look = async () => {
    const known = await listResellers(reading(database));
    const resellers = known.map(({ name }) => name);
    folder = await identityOf(directory, folder);
    sayStrangers(sayings, await readdir(directory, { withFileTypes: true }), new Set(resellers));
    const owed = Map.groupBy(
      await findOwedFeedFiles(reading(database), folder, mostOwed),
      ({ reseller }) => reseller,
    );
    for (const reseller of turns.longestAgoFirst(resellers)) {
      if (ending.signal.aborted) return;
      const path = join(directory, reseller);
      let found: ResellerFolder = { candidates: [], leftAlone: [] };
      try {
        await makeFolders(path);
        found = await lookInto(path, seen, restMs);
        sayings.isWell(path);
      } catch (error) {
        sayings.warn(path, "a reseller's drop folder cannot be used; it is looked at again", {
          reseller,
          why: textOf(error),
        });
        continue;
      }
      sayLeftAlone(sayings, reseller, path, found);
      const place = { folder, reseller, holder };
      const context: WatchContext = { fulfillment, enqueue, log, directory, place, signal: ending.signal };
      turns.begin(
        reseller,
        context,
        { owed: owed.get(reseller) ?? [], candidates: found.candidates },
        sayings,
      );
    }
    seen.endLook();
    if (performance.now() - tidiedAt < tidyingMs) return;
    tidiedAt = performance.now();
    const id = folder;
    await inTransaction(database, (tx) => removeOldFeedFiles(tx, id));
  };
  const lookAgain = async () => {
    try {
      await look();
      sayings.isWell(directory);
      fulfillment.meters.feedLook('ok');
    } catch (error) {
      fulfillment.meters.feedLook('failed');
      sayings.warn(directory, 'the drop folder cannot be looked at; it is tried again', {
        directory,
        why: textOf(error),
      });
    }
    if (!ending.signal.aborted) timer = setTimeout(() => void (looking = lookAgain()), lookMs);
  };
  log.info({ directory, watcher: holder }, 'watching the drop folder');
  let looking = lookAgain();
  return {
    async close(deadlineMs) {
      ending.abort();
      clearTimeout(timer);
      return withinDeadline(
        looking.then(() => turns.ended()),
        deadlineMs,
      );
    },
  };
}

/** Whoever has seen a folder goes on with that one alone: where a mount is missing, nothing is made in its place. */
async function identityOf(directory: string, known: string | undefined): Promise<string> {
  if (known === undefined) return openFolderIdentity(directory);
  const found = await readFolderIdentity(directory);
  if (found === known) return known;
  throw new Error(
    `${directory} is another folder than before: is it mounted? A restart takes it as it is then.`,
  );
}

function sayStrangers(sayings: Sayings, entries: readonly Dirent[], resellers: ReadonlySet<string>): void {
  const about = new Set<string>();
  for (const { name, why } of strangersAmong(entries, resellers)) {
    about.add(`stranger ${name}`);
    sayings.warn(`stranger ${name}`, `nothing is taken from the drop folder's ${why}`, { folder: name });
  }
  sayings.onlyThese('stranger ', about);
}

function sayLeftAlone(sayings: Sayings, reseller: string, path: string, { leftAlone }: ResellerFolder): void {
  const prefix = `alone ${path}/`;
  for (const { name, why } of leftAlone)
    sayings.warn(`${prefix}${name}`, 'a file in the drop folder is left alone', {
      reseller,
      file: name,
      why,
    });
  sayings.onlyThese(prefix, new Set(leftAlone.map(({ name }) => `${prefix}${name}`)));
}
