/** Adding a thousand jobs takes a tenth of a second. */
const patienceMs = 5000;

/** The queue server does not answer. What was recorded is found by the reconciler. */
export class QueueServerAwayError extends Error {
  override readonly name = 'QueueServerAwayError';
}

/** Waits for an answer of the queue server, but not for ever: clients would wait for their first connection, or for a silent server. */
export async function inTime<T>(call: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(
      new QueueServerAwayError('The queue server does not answer. Is it running, and is REDIS_URL right?'),
    );
  }, patienceMs);
  try {
    return await Promise.race([call, late.promise]);
  } finally {
    clearTimeout(timer);
    call.catch(() => {});
  }
}
