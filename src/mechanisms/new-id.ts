import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

/** Random bytes are drawn in blocks: one call of the cryptographic source serves many ids. */
const block = new Uint8Array(16 * 256);
let used = block.length;

let milliseconds = -Infinity;
let sequence = 0;

/** A UUID version 7. Those of one process ascend, whatever its clock does: index writes stay local, and order can be told by them. */
export function newId(): string {
  if (used === block.length) {
    randomFillSync(block);
    used = 0;
  }
  const random = block.subarray(used, (used += 16));
  const now = Date.now();
  if (now > milliseconds) {
    milliseconds = now;
    // The highest bit stays free, so that counting up within a millisecond never comes to its end.
    sequence = (((random[6] ?? 0) & 0x7f) << 24) | ((random[7] ?? 0) << 16) | ((random[8] ?? 0) << 8);
  } else sequence += 1;
  return v7({ random, msecs: milliseconds, seq: sequence });
}
