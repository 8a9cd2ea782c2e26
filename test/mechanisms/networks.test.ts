import { expect, test } from 'vitest';
import { isNetwork, networks } from '#src/mechanisms/networks.ts';

test.each(['10.0.0.1', '10.0.0.0/8', '0.0.0.0/0', '::1', 'fd00::/8', '::/0'])('%s is a network', (text) => {
  expect(isNetwork(text)).toBe(true);
});

test.each([
  '',
  'localhost',
  '10.0.0.0/33',
  '10.0.0',
  '10.0.0.1/',
  'fd00::/129',
  '10.0.0.0/-1',
  '1.2.3.4/8/8',
])('"%s" is none', (text) => {
  expect(isNetwork(text)).toBe(false);
});

test('addresses are found in networks of their kind, however a socket spells them', () => {
  const known = networks(['10.0.0.0/8', '192.168.1.7', 'fd00::/8']);
  for (const address of ['10.200.3.4', '::ffff:10.1.2.3', '192.168.1.7', 'fd12:3456::1'])
    expect(known.has(address)).toBe(true);
  for (const address of ['11.0.0.1', '192.168.1.8', 'fe80::1', '::ffff:11.0.0.1', '', undefined, 'x'])
    expect(known.has(address)).toBe(false);
});
