import { z } from 'zod';
import { kinds, type MessageKind } from '#jobs/kinds.ts';
import { parseMessage, type FieldError } from '#jobs/message.ts';
import type { BatchItem } from '#src/fulfillment/batch/decide-batch.ts';

/** What a job says, or why nothing can be made of it. */
export type ReadJob =
  | { readonly ok: true; readonly item: BatchItem }
  | {
      readonly ok: false;
      readonly code: string;
      readonly message: string;
      readonly errors: readonly FieldError[];
    };

const recorded = z.strictObject({ recorded: z.uuid() });

/** Reads a job of a message queue: a message, or the id of a recorded one. The answer never holds the message's content. */
export function readJob(kind: MessageKind, job: { readonly name: string; readonly data: unknown }): ReadJob {
  const { queue, jobName } = kinds[kind];
  if (job.name !== jobName) {
    const message = `The queue ${queue} takes jobs named ${jobName} only.`;
    return { ok: false, code: 'UNKNOWN_JOB_NAME', message, errors: [] };
  }
  const pointer = namesRecorded(job.data) ? recorded.safeParse(job.data) : undefined;
  if (pointer?.success) return { ok: true, item: pointer.data };
  const parsed = parseMessage(kind, job.data);
  if (parsed.ok) return { ok: true, item: { message: parsed.message } };
  const faults = parsed.errors
    .map(({ path, message }) => (path === '' ? message : `${path} ${message}`))
    .join('; ');
  return {
    ok: false,
    code: parsed.code,
    message: `The message cannot be accepted: ${faults}.`,
    errors: parsed.errors,
  };
}

function namesRecorded(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'recorded' in data;
}
