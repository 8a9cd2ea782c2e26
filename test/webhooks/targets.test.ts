import { describe, expect, test } from 'vitest';
import { networks } from '#src/mechanisms/networks.ts';
import { addressRule } from '#src/webhooks/addresses.ts';
import { faultOfTarget } from '#src/webhooks/target.ts';

const strict = addressRule(networks([]), false);
const lenient = addressRule(networks(['10.1.0.0/16', '127.0.0.0/8', 'fd12::/16']), true);

describe('addresses', () => {
  const refused = `
    0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 127.0.0.1 127.255.0.1 169.254.169.254 172.16.0.1
    172.31.255.255 192.0.0.8 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.1
    203.0.113.1 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255 :: ::1 ::127.0.0.1
    ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:0:10.0.0.1 ::ffff:7f00:1 64:ff9b::10.0.0.1
    64:ff9b::7f00:1 64:ff9b:1::1 100::1 2001::1 2001:db8::1 2002:7f00:1:: 2002:a00:1::1
    2002:808:808::1 3fff::1 4000::1 5f00::1 fc00::1 fd00::1 fe80::1 fe80::1%eth0 fec0::1
    ff02::1 fd00:ec2::254 1.2.3 0x7f.1
  `;
  test.each(['', 'no address', ...refused.trim().split(/\s+/)])('%s is refused', (address) => {
    expect(strict.refusal(address, 'https:')).toBeDefined();
  });

  const public_ = ['8.8.8.8', '172.15.0.1', '172.32.0.1', '100.63.255.255', '100.128.0.1', '2606:4700::1111'];
  test.each([...public_, '::ffff:8.8.8.8', '64:ff9b::808:808'])('%s is reached by https alone', (address) => {
    expect(strict.refusal(address, 'https:')).toBeUndefined();
    expect(strict.refusal(address, 'http:')).toBe('which takes https');
    expect(lenient.refusal(address, 'http:')).toBe('which takes https');
  });

  test('those of WEBHOOK_ALLOWED_NETWORKS are reached, by http, too, and no others of their kind', () => {
    for (const address of ['10.1.2.3', '127.0.0.1', '::ffff:10.1.2.3', '64:ff9b::10.1.2.3', 'fd12::1'])
      for (const protocol of ['http:', 'https:']) expect(lenient.refusal(address, protocol)).toBeUndefined();
    for (const address of ['10.2.0.1', '192.168.0.1', 'fd13::1', '::1', '169.254.169.254'])
      expect(lenient.refusal(address, 'https:')).toBe('which is not a public address');
  });
});

describe('URLs', () => {
  const good = [
    'https://example.com',
    'https://example.com:8443/hooks?tenant=1',
    'https://xn--mnchen-3ya.example/a%20b',
    'https://8.8.8.8/',
    'https://[2606:4700::1111]:444/',
    'HTTPS://EXAMPLE.COM/x',
    // Judged when connecting.
    'https://localhost/',
    'https://my_service.internal/',
  ];
  test.each(good)('%s is taken', (url) => expect(faultOfTarget(url, strict)).toBeUndefined());

  const bad: readonly (readonly [string, RegExp])[] = [
    ['', /ASCII/],
    ['example.com/hooks', /like https/],
    ['ftp://example.com/', /like https/],
    ['file:///etc/passwd', /like https/],
    ['https:example.com', /like https/],
    ['javascript:alert(1)', /like https/],
    ['https://user:pass@example.com/', /user or password/],
    ['https://user@example.com/', /user or password/],
    ['https://example.com/#part', /fragment/],
    ['https://example.com:0/', /port 0/],
    ['https://example.com:25/', /port 25/],
    ['https://example.com:99999/', /like https/],
    ['https://example.com/a b', /ASCII/],
    ['https://exa\nmple.com/', /ASCII/],
    ['https://münchen.example/', /ASCII/],
    ['https:\\\\example.com', /ASCII/],
    ['https://example.com\\@127.0.0.1/', /ASCII/],
    [`https://example.com/${'x'.repeat(2048)}`, /2048 characters/],
    ['https://exa$mple.com/', /host/],
    ['https://-/', /host/],
    [`https://${'a'.repeat(64)}.example/`, /host/],
    ['http://example.com/', /begin with https/],
    ['https://127.0.0.1/', /must not lead to 127.0.0.1/],
    // The same address, spelled otherwise.
    ['https://2130706433/', /must not lead to 127.0.0.1/],
    ['https://0x7f000001/', /must not lead to 127.0.0.1/],
    ['https://0x7f.1/', /must not lead to 127.0.0.1/],
    ['https://0177.0.0.1/', /must not lead to 127.0.0.1/],
    ['https://127.1/', /must not lead to 127.0.0.1/],
    ['https://%31%32%37.0.0.1/', /must not lead to 127.0.0.1/],
    ['https://0/', /must not lead to 0.0.0.0/],
    ['https://169.254.169.254/latest/meta-data/', /must not lead to/],
    ['https://[::1]/', /must not lead to ::1/],
    ['https://[::ffff:127.0.0.1]/', /must not lead to/],
    ['https://[::ffff:7f00:1]/', /must not lead to/],
    ['https://[64:ff9b::7f00:1]/', /must not lead to/],
    ['https://[fd00::1]/', /must not lead to/],
  ];
  test.each(bad)('%s is refused', (url, why) => expect(faultOfTarget(url, strict)).toMatch(why));

  test('http is taken where networks are allowed, of addresses only where they are in them', () => {
    expect(faultOfTarget('http://hooks.internal/', lenient)).toBeUndefined();
    expect(faultOfTarget('http://10.1.2.3:8080/', lenient)).toBeUndefined();
    expect(faultOfTarget('http://[fd12::1]/', lenient)).toBeUndefined();
    expect(faultOfTarget('http://8.8.8.8/', lenient)).toMatch(/takes https/);
    expect(faultOfTarget('http://10.2.2.3/', lenient)).toMatch(/not a public address/);
  });
});
