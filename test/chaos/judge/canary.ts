import { reading, statement } from '#src/persistence/database.ts';
import type { FaultContext } from '#test/chaos/faults/fault.ts';
import { boardAnswers } from '#test/chaos/judge/board-answers.ts';
import { codesInLogs, searchFor } from '#test/chaos/judge/code-search.ts';
import { plantCodes } from '#test/chaos/judge/planted-codes.ts';

/**
 * Brings codes in through the API in every way there is, well-formed and not, lets jobs of every queue fail that hold a code, and looks
 * for codes where none may be. Nowhere: what came through the API alone, and every Activation Code that was issued. In no answer of the
 * dashboard and no metric: those of the failed jobs, which their producer itself put on the queue, and every other code of the ledger. In no
 * log: any of them.
 */
export async function watchCanary(context: FaultContext): Promise<void> {
  const { stage, blame, tell } = context;
  const { throughApi, inJobs, failed } = await plantCodes(context);
  const ledger = await codesOf(
    context,
    'select activation_code as code from license union select code from registration_key',
  );
  const issued = await codesOf(
    context,
    'select activation_code as code from license where registration_key is not null',
  );
  const imported = new Set(stage.world.licenses.map(({ activationCode }) => activationCode));
  const nowhere = searchFor([...throughApi, ...issued.filter((code) => !imported.has(code))]);
  const all = searchFor([...throughApi, ...inJobs, ...ledger]);

  const held = await stage.queues.contents();
  for (const [place, text] of held) {
    const found = nowhere.in(text);
    if (found.length > 0) blame(`${found.length} codes are in ${place}`);
  }
  const board = await boardAnswers(context, failed);
  for (const { path, text } of board) {
    const found = all.in(text);
    if (found.length > 0) blame(`${found.length} codes are in the dashboard's ${path}`);
  }
  for (const { queue, id } of failed) {
    const page = board.find(({ path }) => path === `/api/queues/${queue}/${id}`);
    if (page?.status !== 200) blame(`the dashboard does not show the failed job ${id} of ${queue}`);
  }
  if (!board.some(({ path, text }) => path.endsWith('/logs') && text.includes('-…-')))
    blame('no log of a job shows where a code was');
  const metrics = await Promise.all(
    stage.fleet.runners.map(async ({ name, url }) => ({
      name,
      text: await (await fetch(`${url}/metrics`)).text(),
    })),
  );
  for (const { name, text } of metrics)
    if (all.in(text).length > 0) blame(`a code is in the metrics of ${name}`);
  for (const place of await codesInLogs(stage.folder, all)) blame(`a code is in the log ${place}`);
  tell(
    `canary: ${throughApi.length} codes through the API and ${inJobs.length} in ${failed.length} failed jobs; looked for ${nowhere.codes} codes in ${held.length} keys or rows of the queues, and for ${all.codes} in ${board.length} answers of the dashboard, ${metrics.length} metrics and all logs`,
  );
}

async function codesOf({ stage }: FaultContext, sql: string): Promise<readonly string[]> {
  const rows = await statement<{ readonly code: string }>(reading(stage.fulfillment.database), sql);
  return rows.map(({ code }) => code);
}
