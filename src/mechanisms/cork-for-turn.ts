import type { Writable } from 'node:stream';

/** What is written from now to the end of this turn of the event loop leaves in one piece, by one system call. */
export function corkForTurn(stream: Writable): void {
  if (stream.writableCorked > 0) return;
  stream.cork();
  process.nextTick(() => stream.uncork());
}
