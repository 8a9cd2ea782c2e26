import { describe, expect, test } from 'vitest';
import {
  accepted,
  activationCode,
  anOnPremisesMerge,
  aServiceMerge,
  faultyPaths,
  refused,
  secondActivationCode,
} from '#test/jobs/messages.ts';

describe('a merge request is refused', () => {
  test.each([undefined, null, 'both', 7])('when its kind is %j, which is said', (kind) => {
    expect(refused('merge-request', aServiceMerge({ kind })).errors).toEqual([
      { path: 'kind', message: 'must be "service" or "on-premises"' },
    ]);
  });

  test('when it names an Activation Code twice, in whatever spelling', () => {
    const merge = [secondActivationCode, secondActivationCode.toLowerCase()];
    expect(refused('merge-request', anOnPremisesMerge({ merge })).errors).toEqual([
      { path: 'merge', message: 'names an Activation Code twice' },
    ]);
  });

  test('when its list of what to merge is empty', () => {
    expect(faultyPaths('merge-request', anOnPremisesMerge({ merge: [] }))).toEqual(['merge']);
  });

  test('when it has fields of the other kind', () => {
    expect(faultyPaths('merge-request', aServiceMerge({ retain: activationCode }))).toEqual(['retain']);
    expect(faultyPaths('merge-request', anOnPremisesMerge({ into: 'acme' }))).toEqual(['into']);
  });

  test('with all faults of a service merge at once', () => {
    const sent = {
      kind: 'service',
      requestNumber: 'x'.repeat(10_000),
      requestedAt: '2026-02-31T00:00:00Z',
      into: 'A',
      product: '',
    };
    expect(faultyPaths('merge-request', sent)).toEqual([
      'from',
      'into',
      'product',
      'requestNumber',
      'requestedAt',
    ]);
  });

  test('with all faults of an on-premises merge at once', () => {
    const sent = {
      kind: 'on-premises',
      requestNumber: 7,
      retain: 'WF-1',
      merge: [activationCode, null],
      note: 'x',
    };
    expect(faultyPaths('merge-request', sent)).toEqual([
      'account',
      'merge.1',
      'note',
      'requestNumber',
      'requestedAt',
      'retain',
    ]);
  });

  test.each([null, 'merge', []])('when it is %j', (sent) => {
    expect(faultyPaths('merge-request', sent)).toEqual(['']);
  });
});

describe('a merge request', () => {
  test('of an operator has no reseller', () => {
    expect(accepted('merge-request', aServiceMerge({ reseller: undefined })).reseller).toBeNull();
  });

  test('waits for its turn on the account that lives on', () => {
    expect(accepted('merge-request', aServiceMerge()).account).toBe('acme');
    expect(accepted('merge-request', anOnPremisesMerge({ account: 'harbor' })).account).toBe('harbor');
  });
});
