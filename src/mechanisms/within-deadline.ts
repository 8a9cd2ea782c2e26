/** @returns whether the work ended in time; it goes on otherwise, and its failure then is nobody's business any more */
export async function withinDeadline(work: Promise<unknown>, deadlineMs: number): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => late.resolve(false), Math.max(deadlineMs, 0));
  try {
    return await Promise.race([work.then(() => true), late.promise]);
  } finally {
    clearTimeout(timer);
    work.catch(() => {});
  }
}
