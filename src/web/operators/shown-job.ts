import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import type { Job } from 'bullmq';
import { maskCodesIn, maskCodesInValue, type MaskingLimits } from '#src/domain/masked-codes.ts';
import type { JobIds } from '#src/web/operators/job-ids.ts';

/** Of one job; a page lists many, and a producer may have put anything into them. */
const jobLimits: MaskingLimits = { depth: 40, values: 5_000, text: 20_000 };

/**
 * A queue as the board sees it. Whatever of a job a stranger can write (data, options, name, id, failures) is masked and bounded before
 * the board touches it: it would fail on a value that is nested too deep, and show no other job of that queue.
 */
export class MaskedQueue extends BullMQAdapter {
  #ids: (() => Promise<JobIds>) | undefined;

  /** @param ids how ids are shown; asked for when first needed */
  showIdsBy(ids: () => Promise<JobIds>): this {
    this.#ids = ids;
    return this;
  }

  override async getJob(id: string): Promise<Job | undefined> {
    const ids = await this.#ids?.();
    const job = await super.getJob(ids?.real(id) ?? id);
    return job && shown(job, ids);
  }

  override async getJobs(...asked: Parameters<BullMQAdapter['getJobs']>): Promise<Job[]> {
    const ids = await this.#ids?.();
    return (await super.getJobs(...asked)).map((job) => shown(job, ids));
  }

  /** Nobody found is not told: workers on PostgreSQL share connections, and bear no queue's name there. */
  override async getWorkers(): ReturnType<BullMQAdapter['getWorkers']> {
    const workers = await super.getWorkers();
    return workers?.length === 0 ? null : workers;
  }

  override async getJobLogs(id: string): Promise<string[]> {
    const ids = await this.#ids?.();
    return super.getJobLogs(ids?.real(id) ?? id);
  }
}

function shown(job: Job, ids: JobIds | undefined): Job {
  const whole = job.toJSON();
  const { id, name, data, opts, returnvalue, progress, failedReason, stacktrace } = whole;
  const shown = {
    ...whole,
    id: typeof id === 'string' ? ids?.shown(id) : id,
    name: maskCodesIn(name),
    data: maskCodesInValue(data, jobLimits),
    opts: maskCodesInValue(opts, jobLimits),
    returnvalue: maskCodesInValue(returnvalue, jobLimits),
    progress: shownProgress(progress),
    failedReason: failedReason && maskCodesIn(failedReason.slice(0, jobLimits.text)),
    stacktrace: stacktrace?.map((lines) => maskCodesIn(lines.slice(0, jobLimits.text))) ?? null,
  };
  // What acts on the job (retry, remove) still has the job itself.
  Object.defineProperty(job, 'toJSON', { value: () => shown });
  return job;
}

function shownProgress(progress: string | boolean | number | object): string | boolean | number | object {
  const shown = maskCodesInValue(progress, jobLimits);
  return typeof shown === 'object' && shown !== null ? shown : typeof shown === 'string' ? shown : progress;
}
