import type { LookupAddress, LookupOptions } from 'node:dns';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AppConfig, OutboundConfig } from '../config/config.js';
import { AddressPolicy } from './address-policy.js';

const ANY_HOST = { hosts: null };
const ADOBE = { hosts: ['*.adobe.io', '*.adobe.com', 'hooks.example.org', '*.Bücher.example'] };

function configOf(outbound: Partial<OutboundConfig> = {}): AppConfig {
  return { outbound: { allowHttp: false, allowCidrs: [], loopbackOnly: false, ...outbound } } as unknown as AppConfig;
}

const production = new AddressPolicy(configOf());
const development = new AddressPolicy(configOf({ loopbackOnly: true }));

const HOSTILE = [
  // Schemes and shapes
  'http://hooks.example.org/',
  'ftp://hooks.example.org/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'data:text/plain,hello',
  'gopher://hooks.example.org:70/_x',
  'ws://hooks.example.org/',
  '//hooks.example.org/path',
  'hooks.example.org/path',
  '',
  'https://',
  'https://user@hooks.example.org/',
  'https://user:pass@hooks.example.org/',
  'https://:pass@hooks.example.org/',
  'https://hooks.example.org@127.0.0.1/',
  'https://hooks.example.org./',
  'https://hooks.example.org:0/',
  'https://hooks.example.org:99999/',
  'https://hooks.example.org\\@evil.example/',
  'https:\\\\hooks.example.org\\',
  ' https://hooks.example.org/',
  'https://hooks.exa\tmple.org/',
  'https://hooks.example.org/\r\nX-Evil: 1',
  'https://hooks.example.org/\u0000',
  `https://hooks.example.org/${'a'.repeat(2048)}`,
  'https://.adobe.com/',
  'https://a..adobe.com/',
  `https://${'a'.repeat(64)}.adobe.com/`,
  // Local names
  'https://localhost/',
  'https://LOCALHOST:8443/',
  'https://app.localhost/',
  'https://ⓛocalhost/',
  'https://printer.local/',
  'https://metadata.google.internal/computeMetadata/v1/',
  'https://redis/',
  'https://api.default.svc.cluster.local/',
  'https://router.lan/',
  'https://nas.home.arpa/',
  'https://host.docker.internal/',
  'https://localhost.localdomain/',
  // IPv4 in every spelling
  'https://127.0.0.1/',
  'https://127.1/',
  'https://2130706433/',
  'https://0x7f000001/',
  'https://0x7f.1/',
  'https://0177.0.0.1/',
  'https://017700000001/',
  'https://%31%32%37.0.0.1/',
  'https://１２７.0.0.1/',
  'https://127。0。0。1/',
  'https://127.0.0.1./',
  'https://0/',
  'https://0.0.0.0/',
  'https://10.0.0.8/',
  'https://172.16.3.4/',
  'https://192.168.1.1/',
  'https://169.254.169.254/latest/meta-data/',
  'https://0xa9fea9fe/',
  'https://100.64.0.1/',
  'https://192.0.0.192/',
  'https://192.0.2.7/',
  'https://198.18.0.1/',
  'https://203.0.113.9/',
  'https://224.0.0.1/',
  'https://240.0.0.1/',
  'https://255.255.255.255/',
  'https://168.63.129.16/',
  // IPv6, and IPv4 hidden in it
  'https://[::1]/',
  'https://[0:0:0:0:0:0:0:1]/',
  'https://[::]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:7f00:1]/',
  'https://[::ffff:10.0.0.1]/',
  'https://[::ffff:0:127.0.0.1]/',
  'https://[::127.0.0.1]/',
  'https://[::8.8.8.8]/',
  'https://[64:ff9b::7f00:1]/',
  'https://[64:ff9b:1::a00:1]/',
  'https://[2002:7f00:1::]/',
  'https://[2002:a9fe:a9fe::]/',
  'https://[2001:0:4136:e378:8000:63bf:80ff:fffe]/',
  'https://[2606:4700::5efe:10.0.0.1]/',
  'https://[fe80::1]/',
  'https://[fe80::1%25eth0]/',
  'https://[fc00::1]/',
  'https://[fd12:3456:789a::1]/',
  'https://[fec0::1]/',
  'https://[ff02::1]/',
  'https://[2001:db8::1]/',
  'https://[100::1]/',
  'https://[4000::1]/',
];

describe('a URL in production', () => {
  it('has more than sixty hostile spellings on the list', () => {
    expect(new Set(HOSTILE).size).toBeGreaterThanOrEqual(60);
  });

  it.each(HOSTILE)('refuses %j with one sentence', (url) => {
    expect(production.checkUrl(url, ANY_HOST)).toMatch(/^[A-Z].*\.$/);
  });

  it.each([
    'https://hooks.example.org/in?a=b',
    'https://hooks.example.org:8443/',
    'HTTPS://Hooks.Example.ORG/',
    'https://8.8.8.8/',
    'https://[2606:4700::1111]/',
    'https://hooks.example.org/a\u00fc?x=\\',
  ])('accepts %j', (url) => {
    expect(production.checkUrl(url, ANY_HOST)).toBeNull();
  });

  it('names the switch that would allow what it refuses', () => {
    expect(production.checkUrl('http://hooks.example.org/', ANY_HOST)).toContain('OUTBOUND_ALLOW_HTTP=true');
    expect(production.checkUrl('https://10.0.0.8/', ANY_HOST)).toContain('OUTBOUND_ALLOW_CIDRS');
    expect(production.checkUrl('https://evil.example/', ADOBE)).toContain('CALLBACK_HOSTS');
  });

  it.each([
    ['https://adobe.com/callback', true],
    ['https://platform.adobe.io/x', true],
    ['https://a.b.ADOBE.io/x', true],
    ['https://hooks.example.org/', true],
    ['https://bücher.example/', true],
    ['https://shop.xn--bcher-kva.example/', true],
    ['https://evil-adobe.com/', false],
    ['https://adobe.com.evil.example/', false],
    ['https://adobe.co/', false],
    ['https://sub.hooks.example.org/', false],
    ['https://evil.example/?x=.adobe.com', false],
    ['https://evil.example/#.adobe.com', false],
    ['https://аdobe.com/', false], // the first letter is Cyrillic
  ])('holds %j against the host list', (url, allowed) => {
    expect(production.checkUrl(url, ADOBE) === null).toBe(allowed);
  });

  it('allows http by configuration, except where a channel never does', () => {
    const policy = new AddressPolicy(configOf({ allowHttp: true }));
    expect(policy.checkUrl('http://hooks.example.org/', ANY_HOST)).toBeNull();
    expect(policy.checkUrl('http://hooks.example.org/', { hosts: null, httpsAlways: true })).toContain('https');
  });

  it('opens networks by configuration, but nothing that hides behind a translator in them', () => {
    const policy = new AddressPolicy(configOf({ allowCidrs: ['10.1.0.0/16', '64:ff9b::/96'] }));
    expect(policy.checkUrl('https://10.1.2.3/', ANY_HOST)).toBeNull();
    expect(policy.checkUrl('https://10.2.2.3/', ANY_HOST)).not.toBeNull();
    expect(policy.checkUrl('https://hooks.corp/', ANY_HOST)).toBeNull();
    expect(policy.isAllowedAddress('64:ff9b::808:808')).toBe(true);
    expect(policy.isAllowedAddress('64:ff9b::a01:203')).toBe(true);
    expect(policy.isAllowedAddress('64:ff9b::7f00:1')).toBe(false);
    expect(policy.isAllowedAddress('::ffff:10.1.2.3')).toBe(true);
  });
});

describe('a URL in development', () => {
  it.each(['http://127.0.0.1:4010/cb', 'http://localhost:4010/cb', 'http://[::1]:4010/', 'https://127.1/'])(
    'may be %j, whatever the host list says',
    (url) => {
      expect(development.checkUrl(url, ADOBE)).toBeNull();
    },
  );

  it.each(['http://platform.adobe.io/', 'https://8.8.8.8/', 'https://10.0.0.1/', 'https://[2606:4700::1111]/'])(
    'may not be %j',
    (url) => {
      expect(development.checkUrl(url, ANY_HOST)).not.toBeNull();
    },
  );

  it('still has to be https where a channel demands it', () => {
    expect(development.checkUrl('http://127.0.0.1:4010/', { hosts: null, httpsAlways: true })).toContain('https');
  });

  it('may lead to loopback and the configured exceptions only', () => {
    const policy = new AddressPolicy(configOf({ loopbackOnly: true, allowCidrs: ['172.18.0.0/16'] }));
    expect(['127.0.0.1', '127.9.9.9', '::1', '172.18.0.5'].every((ip) => policy.isAllowedAddress(ip))).toBe(true);
    expect(['8.8.8.8', '10.0.0.1', '172.19.0.1', '2606:4700::1111'].some((ip) => policy.isAllowedAddress(ip))).toBe(
      false,
    );
  });
});

describe('an address', () => {
  it('is refused in production inside every private network', () => {
    const privateV4 = fc.oneof(
      fc.tuple(fc.constantFrom(10, 127, 0), fc.nat(255), fc.nat(255), fc.nat(255)),
      fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), fc.nat(255), fc.nat(255)),
      fc.tuple(fc.constant(192), fc.constant(168), fc.nat(255), fc.nat(255)),
      fc.tuple(fc.constant(169), fc.constant(254), fc.nat(255), fc.nat(255)),
      fc.tuple(fc.integer({ min: 224, max: 255 }), fc.nat(255), fc.nat(255), fc.nat(255)),
    );
    fc.assert(
      fc.property(privateV4, ([a, b, c, d]) => {
        const high = ((a << 8) | b).toString(16);
        const low = ((c << 8) | d).toString(16);
        const number = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
        const spellings = [`${a}.${b}.${c}.${d}`, `${number}`, `0x${number.toString(16)}`, `[::ffff:${high}:${low}]`];
        const hidden = [`[64:ff9b::${high}:${low}]`, `[2002:${high}:${low}::1]`, `[::${high}:${low}]`];
        for (const host of [...spellings, ...hidden]) {
          expect(production.checkUrl(`https://${host}/`, ANY_HOST)).not.toBeNull();
        }
      }),
    );
  });

  it('is only ever loopback in development', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (ip) => {
        fc.pre(!ip.startsWith('127.') && !ip.includes('127.'));
        expect(development.isAllowedAddress(ip)).toBe(/^(0*:)*0*1$/.test(ip));
      }),
    );
  });

  it('is decided for any text without throwing', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.webUrl(),
          fc.string().map((s) => `https://${s}/`),
        ),
        (text) => {
          const problem = production.checkUrl(text, ADOBE);
          expect(problem === null || problem.length > 10).toBe(true);
          if (problem === null) expect(new URL(text).hostname).toMatch(/(^|\.)(adobe\.(io|com)|example(\.org)?)$/);
          expect(typeof production.isAllowedAddress(text)).toBe('boolean');
        },
      ),
    );
  });
});

class PoisonedPolicy extends AddressPolicy {
  answers: LookupAddress[] = [];
  failure: NodeJS.ErrnoException | null = null;

  protected override resolveAll(
    _hostname: string,
    _options: LookupOptions,
    resolved: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
  ): void {
    resolved(this.failure, this.answers);
  }
}

function lookUp(policy: AddressPolicy, all: boolean): Promise<string | LookupAddress[]> {
  return new Promise((resolve, reject) => {
    policy.lookup('hooks.example.org', { all }, (error, address) => (error ? reject(error) : resolve(address)));
  });
}

describe('a look-up', () => {
  it('hands on public addresses in the form that was asked for', async () => {
    const policy = new PoisonedPolicy(configOf());
    policy.answers = [
      { address: '8.8.8.8', family: 4 },
      { address: '2606:4700::1111', family: 6 },
    ];
    expect(await lookUp(policy, true)).toEqual(policy.answers);
    expect(await lookUp(policy, false)).toBe('8.8.8.8');
  });

  it('refuses the host when a single one of its addresses is forbidden', async () => {
    const policy = new PoisonedPolicy(configOf());
    policy.answers = [
      { address: '8.8.8.8', family: 4 },
      { address: '::ffff:10.0.0.1', family: 6 },
    ];
    await expect(lookUp(policy, true)).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
    await expect(lookUp(policy, false)).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
  });

  it('hands the resolver’s failure on and refuses an empty answer', async () => {
    const policy = new PoisonedPolicy(configOf());
    await expect(lookUp(policy, true)).rejects.toMatchObject({ code: 'ENODATA' });
    policy.failure = Object.assign(new Error('no'), { code: 'ENOTFOUND' });
    await expect(lookUp(policy, true)).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  it('really resolves, and finds localhost refused in production', async () => {
    const local = new Promise((resolve) => production.lookup('localhost', {}, (error) => resolve(error)));
    expect(await local).toMatchObject({ code: 'ADDRESS_REFUSED' });
  });
});

describe('a connection', () => {
  it('is refused by the address it really leads to', () => {
    expect(() => production.assertConnected({ remoteAddress: '::ffff:127.0.0.1' })).toThrow(/127\.0\.0\.1/);
    expect(() => production.assertConnected({ remoteAddress: undefined })).toThrow(/unknown/);
    expect(() => production.assertConnected({ remoteAddress: '8.8.8.8' })).not.toThrow();
    expect(() => development.assertConnected({ remoteAddress: '::1' })).not.toThrow();
  });
});
