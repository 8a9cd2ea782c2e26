import { openFeedFolder, openParts, openServer } from '#src/commands/serving/open-parts.ts';
import { runProcess } from '#src/commands/serving/run-process.ts';

/** `chancery feed watch DIRECTORY`. Refuses a schema that is not current. @returns the exit code */
export function runFeedWatch(directory: string): Promise<0 | 1> {
  return runProcess('feed', async (process) => {
    const system = await openParts(process, await openServer(process), 'feed');
    await openFeedFolder(system, process, directory);
  });
}
