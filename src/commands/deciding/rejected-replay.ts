import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { z } from 'zod';
import { CommandError } from '#src/commands/terminal/command-error.ts';
import { print, printJson } from '#src/commands/terminal/output.ts';
import { withSystem } from '#src/commands/with-system.ts';
import { replayRejected } from '#src/fulfillment/batch/replay-rejected.ts';

interface Options {
  readonly content?: string;
  readonly by?: string;
  readonly json?: boolean;
}

/** `chancery rejected replay ID`. @returns 3 when it still cannot be accepted */
export async function runRejectedReplay(
  id: string,
  { content, by = userInfo().username, json }: Options,
): Promise<0 | 3> {
  if (!z.uuid().safeParse(id).success)
    throw new CommandError(`"${id}" is no id; "chancery rejected list" shows them.`, 2);
  const corrected = content === undefined ? undefined : await readJson(content);
  let isEnqueued = false;
  const replay = await withSystem(({ fulfillment, queues }) =>
    replayRejected(
      fulfillment,
      id,
      by,
      async (kind, ids) => {
        // What the queue server does not hear of now, the reconciler finds.
        isEnqueued = await queues.enqueueRecorded(kind, ids).then(
          () => true,
          () => false,
        );
      },
      corrected,
    ),
  );
  if (replay.outcome === 'unknown') {
    throw new CommandError(`There is no rejected message ${id}. "chancery rejected list" shows them.`);
  }
  if (json) printJson(replay);
  else if (replay.outcome === 'refused') {
    const faults = replay.errors.map(({ path, message }) => `  ${path} ${message}`).join('\n');
    print(`${replay.message} (${replay.code})${faults === '' ? '' : `\n${faults}`}`);
  } else {
    print(
      replay.outcome === 'accepted'
        ? `Accepted as ${replay.id}; ${isEnqueued ? 'a worker will decide it.' : later}`
        : `It was accepted before, as ${replay.id}.`,
    );
  }
  return replay.outcome === 'refused' ? 3 : 0;
}

const later = 'the queue server is away, and a worker will find it when that is back.';

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new CommandError(
      `${file} cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
