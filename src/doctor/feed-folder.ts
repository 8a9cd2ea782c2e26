import { access, constants, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Configuration } from '#src/configuration.ts';
import { ok, problem, warning, type DoctorFinding } from '#src/doctor/finding.ts';
import { atConfiguredDatabase } from '#src/doctor/ledger.ts';
import { readFolderIdentity } from '#src/files/drop-folder/folder-identity.ts';
import { places } from '#src/files/drop-folder/names.ts';
import { faultOfFolders, lookInto, strangersAmong } from '#src/files/drop-folder/reseller-folder.ts';
import { SeenFiles } from '#src/files/drop-folder/seen-files.ts';
import { listResellers } from '#src/persistence/api-keys.ts';
import { openDatabase, reading } from '#src/persistence/database.ts';
import { countLongTaken } from '#src/persistence/feed-files.ts';

const check = 'Drop folder';

/** What takes longer than this is not worked on. */
const longSeconds = 600;

/** Looks at FEED_DIRECTORY: whether watchers here can work with it, and what lies in it that nobody takes. Changes nothing. */
export async function examineFeedFolder(configuration: Configuration): Promise<readonly DoctorFinding[]> {
  const { feedDirectory: directory } = configuration;
  if (directory === undefined) return [];
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    const id = await readFolderIdentity(directory);
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    const known = await askLedger(configuration, id);
    const findings = known
      ? [
          ...strangerFindings(strangersAmong(entries, new Set(known.resellers))),
          ...(
            await Promise.all(known.resellers.map((reseller) => resellerFindings(join(directory, reseller))))
          ).flat(),
          ...takenFindings(known.longTaken),
        ]
      : [];
    if (findings.length > 0) return findings;
    const watched = id === undefined ? '; no watcher has been there yet' : '';
    return [ok(check, `${directory} can be read and written${watched}`)];
  } catch (error) {
    return [
      problem(
        'feed-folder-unusable',
        check,
        `${directory} cannot be used: ${textOf(error)}`,
        'Is it mounted? Give it to this user, or correct FEED_DIRECTORY.',
      ),
    ];
  }
}

interface Known {
  readonly resellers: readonly string[];
  readonly longTaken: number;
}

/** @returns undefined when it does not answer, which other findings tell, or was never made */
async function askLedger(
  configuration: Configuration,
  folder: string | undefined,
): Promise<Known | undefined> {
  return await atConfiguredDatabase(configuration, async (url) => {
    const database = openDatabase(url, { poolSize: 1, applicationName: 'chancery doctor' });
    try {
      const resellers = await listResellers(reading(database));
      const longTaken =
        folder === undefined ? 0 : await countLongTaken(reading(database), folder, longSeconds);
      return { resellers: resellers.map(({ name }) => name), longTaken };
    } finally {
      await database.close();
    }
  }).catch(() => undefined);
}

function strangerFindings(strangers: ReturnType<typeof strangersAmong>): readonly DoctorFinding[] {
  return strangers.map(({ name, why }) =>
    warning(
      'feed-folder-of-nobody',
      check,
      `${JSON.stringify(name)} is a ${why}: nothing is taken from it`,
      '"chancery reseller list" tells the names; rename the folder, add the reseller, or take it away.',
    ),
  );
}

async function resellerFindings(folder: string): Promise<readonly DoctorFinding[]> {
  try {
    const fault = await faultOfFolders(folder);
    if (fault !== undefined)
      return [problem('feed-folder-unusable', check, fault, 'Move it away; a watcher makes the folder.')];
    const found: readonly string[] = await readdir(folder).catch(() => []);
    const there = places.filter((place) => found.includes(place));
    for (const place of there)
      await access(join(folder, place), constants.R_OK | constants.W_OK | constants.X_OK);
    // Watchers make them.
    if (there.length < places.length) return [];
    const { leftAlone } = await lookInto(folder, new SeenFiles(), Infinity);
    return leftAlone.map(({ name, why }) =>
      warning(
        'feed-file-left-alone',
        check,
        `${JSON.stringify(join(folder, 'in', name))} ${why}, and is left alone`,
        'Put it there as a file whose name ends in .csv or .ndjson, or take it away.',
      ),
    );
  } catch (error) {
    return [
      problem(
        'feed-folder-unusable',
        check,
        `${folder} cannot be used: ${textOf(error)}`,
        'Let the user that runs the watchers read and write it and the folders in it.',
      ),
    ];
  }
}

function takenFindings(longTaken: number): readonly DoctorFinding[] {
  if (longTaken === 0) return [];
  return [
    warning(
      'feed-file-stays',
      check,
      `${longTaken} files were taken more than ten minutes ago, and are not put away`,
      'Is a watcher running, and what does its log say? The runbook has a chapter on a drop folder that stands still.',
    ),
  ];
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
