import { expect, test } from 'vitest';
import { samenessOf, type Try } from '#src/domain/sameness.ts';

const rejected = (fingerprint: string, attempt: number): Try => ({ fingerprint, attempt, isRejected: true });
const standing = (fingerprint: string, attempt: number): Try => ({ fingerprint, attempt, isRejected: false });

test.each<[string, readonly Try[], string, Try | undefined]>([
  ['nothing came before', [], 'first', undefined],
  ['the same stands', [standing('a', 1)], 'repeat', standing('a', 1)],
  ['the same was rejected', [rejected('a', 1)], 'repeat', rejected('a', 1)],
  [
    'the same was rejected, and another try stands',
    [rejected('a', 1), standing('b', 2)],
    'repeat',
    rejected('a', 1),
  ],
  ['another stands', [standing('b', 1)], 'conflict', standing('b', 1)],
  ['another was rejected', [rejected('b', 1)], 'new-try', rejected('b', 1)],
  ['two others were rejected', [rejected('c', 2), rejected('b', 1)], 'new-try', rejected('c', 2)],
  [
    'another was rejected, and a further one stands',
    [standing('c', 2), rejected('b', 1)],
    'conflict',
    standing('c', 2),
  ],
])('content a: %s', (_, earlier, is, of) => {
  expect(samenessOf('a', earlier)).toEqual(of === undefined ? { is } : { is, of });
});
