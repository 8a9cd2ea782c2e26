import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { pino, type Logger } from 'pino';
import type { Place } from '#src/files/drop-folder/names.ts';
import { watchFolder, type FolderWatch } from '#src/files/drop-folder/watch-folder.ts';
import { decideBatch } from '#src/fulfillment/batch/decide-batch.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { openWorkspace, type Workspace } from '#test/files/feed-workspace.ts';

/** A drop folder and a ledger; a watcher looks every 50 ms and takes what has rested for 200 ms. */
export interface DropSite {
  readonly workspace: Workspace;
  readonly directory: string;
  /** What watchers have logged, as JSON lines. */
  readonly log: readonly string[];
  /** @param decides whether what it records is decided at once */
  watch(options?: { readonly decides?: boolean; readonly restMs?: number }): FolderWatch;
  path(place: Place, name?: string, reseller?: string): string;
  /** Puts a file in under another name and renames it, as one should. */
  drop(name: string, content: string): Promise<void>;
  list(place: Place, reseller?: string): Promise<readonly string[]>;
  /** The rows of a file in `out`, by column, as soon as it is there. */
  out(name: string): Promise<readonly Readonly<Record<string, string>>[]>;
  /** Decides all that is open. */
  decide(): Promise<void>;
  until(what: string, isSo: () => Promise<boolean>): Promise<void>;
  close(): Promise<void>;
}

/** A slow machine is no fault; one that does nothing for so long is. */
const patienceMs = 120_000;

export interface DropSiteOptions {
  /** Of the drop folder; by default a fresh one. */
  readonly directory?: string;
  /** Where watchers may be stopped or disturbed. */
  readonly at?: Fulfillment['at'];
}

export async function openDropSite(options: DropSiteOptions = {}): Promise<DropSite> {
  const workspace = await openWorkspace();
  await workspace.query(
    "insert into account (id, company, email, country, region, reseller) values ('acme', 'ACME', 'it@acme.example', 'DE', 'emea', 'northwind')",
  );
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'chancery-drop-')));
  const watches: FolderWatch[] = [];
  const log: string[] = [];
  const logger: Logger = pino({ level: 'debug' }, { write: (line) => void log.push(line) });
  const path: DropSite['path'] = (place, name = '', reseller = 'northwind') =>
    join(directory, reseller, place, name);
  const until: DropSite['until'] = async (what, isSo) => {
    const startedAt = performance.now();
    while (!(await isSo())) {
      if (performance.now() - startedAt > patienceMs)
        throw new Error(`waited in vain until ${what}; the log:\n${log.slice(-40).join('')}`);
      await delay(30);
    }
  };
  const list: DropSite['list'] = async (place, reseller) => {
    try {
      const names = await readdir(path(place, '', reseller));
      return names.filter((name) => place === 'in' || !name.startsWith('.')).toSorted();
    } catch {
      return [];
    }
  };
  const decideIds = async (ids: readonly string[]) => {
    for (let at = 0; at < ids.length; at += 100)
      await decideBatch(
        workspace.fulfillment,
        ids.slice(at, at + 100).map((recorded) => ({ recorded })),
      );
  };
  return {
    workspace,
    directory,
    log,
    path,
    until,
    list,
    watch: ({ decides = true, restMs = 200 } = {}) => {
      const watch = watchFolder({
        fulfillment: { ...workspace.fulfillment, at: options.at ?? workspace.fulfillment.at },
        directory,
        enqueue: async (_, ids) => (decides ? decideIds(ids) : undefined),
        log: logger,
        lookMs: 50,
        restMs,
      });
      watches.push(watch);
      return watch;
    },
    drop: async (name, content) => {
      await until(
        'the folders are there',
        async () => (await list('failed')).length >= 0 && (await isThere(path('in'))),
      );
      await writeFile(path('in', `${name.slice(0, 100)}.part`), content);
      await rename(path('in', `${name.slice(0, 100)}.part`), path('in', name));
    },
    out: async (name) => {
      await until(`out/${name} is there`, async () => (await list('out')).includes(name));
      return parse<Record<string, string>>(await readFile(path('out', name)), { columns: true });
    },
    decide: async () => {
      const open = await workspace.query<{ readonly id: string }>(
        "select id from message where status = 'accepted' order by accepted_number",
      );
      await decideIds(open.map(({ id }) => id));
    },
    close: async () => {
      for (const watch of watches) await watch.close(30_000);
      await workspace.close();
      if (options.directory === undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}

async function isThere(path: string): Promise<boolean> {
  return readdir(path).then(
    () => true,
    () => false,
  );
}
