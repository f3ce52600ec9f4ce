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

describe('a URL in production', () => {
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

  it('reads a translator’s prefix of 96 bits only, and lets nothing through a shorter one', () => {
    const policy = new AddressPolicy(configOf({ allowCidrs: ['64:ff9b:1::/48', '2002::/16', '2001::/32'] }));
    expect(policy.isAllowedAddress('64:ff9b:1:77::8.8.8.8')).toBe(true);
    expect(policy.isAllowedAddress('64:ff9b:1:77::10.0.0.1')).toBe(false);
    expect(policy.isAllowedAddress('64:ff9b:1:a00:0:100::')).toBe(false); // 10.0.0.1 behind a /48
    expect(policy.isAllowedAddress('2002:808:808::1')).toBe(true);
    expect(policy.isAllowedAddress('2002:a00:1::1')).toBe(false);
    expect(policy.isAllowedAddress('2001:0:808:808::f7f7:f7f7')).toBe(true); // server and client 8.8.8.8
    expect(policy.isAllowedAddress('2001:0:808:808::f5ff:fffe')).toBe(false); // client 10.0.0.1
    expect(policy.isAllowedAddress('2001:0:a00:1::f7f7:f7f7')).toBe(false); // server 10.0.0.1
  });

  it('opens a metadata server to an exception that names it alone, not to a network around it', () => {
    const wide = new AddressPolicy(
      configOf({ allowCidrs: ['0.0.0.0/0', '100.64.0.0/10', 'fd00::/8', '64:ff9b::/96'] }),
    );
    const servers = ['169.254.169.254', '100.100.100.200', '168.63.129.16', '192.0.0.192', 'fd00:ec2::254'];
    expect(wide.isAllowedAddress('100.100.100.201')).toBe(true);
    expect(wide.isAllowedAddress('64:ff9b::10.0.0.1')).toBe(true);
    for (const ip of [...servers, '::ffff:169.254.169.254', '64:ff9b::169.254.169.254']) {
      expect(wide.isAllowedAddress(ip), ip).toBe(false);
    }
    const exact = new AddressPolicy(configOf({ allowCidrs: ['100.100.100.200/32', 'fd00:ec2::254/128'] }));
    expect(servers.filter((ip) => exact.isAllowedAddress(ip))).toEqual(['100.100.100.200', 'fd00:ec2::254']);
  });

  it('never is an address with a zone', () => {
    const policy = new AddressPolicy(configOf({ allowCidrs: ['fe80::/10', '::1/128'] }));
    for (const ip of ['fe80::1%eth0', '::1%lo', '2606:4700::1111%eth0', '::ffff:8.8.8.8%eth0']) {
      expect(policy.isAllowedAddress(ip), ip).toBe(false);
    }
  });

  it('keeps to the ports of the web, in exceptions too', () => {
    const policy = new AddressPolicy(configOf({ allowHttp: true, allowCidrs: ['10.0.0.0/8'] }));
    expect(policy.checkUrl('http://10.0.0.5:8080/', ANY_HOST)).toBeNull();
    expect(policy.checkUrl('http://10.0.0.5:6379/', ANY_HOST)).toMatch(/port 6379/);
  });
});

describe('a URL in development', () => {
  it.each(['http://127.0.0.1:4010/cb', 'http://localhost:4010/cb', 'http://[::1]:4010/', 'https://127.9.9.9:6379/'])(
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

  it('may have another protocol’s port on this machine and in an exception, port 0 nowhere', () => {
    const policy = new AddressPolicy(configOf({ loopbackOnly: true, allowHttp: true, allowCidrs: ['10.0.0.0/8'] }));
    for (const host of ['127.0.0.1', '[::1]', 'localhost', '10.0.0.5']) {
      expect(policy.checkUrl(`http://${host}:6379/`, ANY_HOST), host).toBeNull();
      expect(policy.checkUrl(`http://${host}:0/`, ANY_HOST), host).toMatch(/port must not be 0/);
    }
    expect(policy.checkUrl('http://hooks.example.org:6379/', ANY_HOST)).toMatch(/port 6379/);
  });

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

  it('is allowed wherever a URL that names it literally is accepted, whatever the configuration', () => {
    const exceptions = fc.subarray(['10.0.0.0/8', '127.0.0.0/8', '64:ff9b::/96', 'fc00::/7', '0.0.0.0/0', '::/0']);
    const ip = fc.oneof(
      fc.ipV4(),
      fc.ipV4Extended(),
      fc.ipV6().map((address) => `[${address}]`),
      fc
        .tuple(fc.constantFrom('::', '::ffff:', '64:ff9b::', '2002::', '2001::', 'fd00:ec2::'), fc.ipV4())
        .map(([prefix, address]) => `[${prefix}${address}]`),
    );
    const port = fc.oneof(
      fc.constant(''),
      fc.nat(65535).map((number) => `:${number}`),
    );
    fc.assert(
      fc.property(
        ip,
        port,
        exceptions,
        fc.boolean(),
        fc.boolean(),
        (host, suffix, allowCidrs, loopbackOnly, allowHttp) => {
          const policy = new AddressPolicy(configOf({ allowCidrs, loopbackOnly, allowHttp }));
          const text = `${allowHttp ? 'http' : 'https'}://${host}${suffix}/`;
          if (policy.checkUrl(text, ANY_HOST) !== null) return;
          expect(policy.isAllowedAddress(new URL(text).hostname.replace(/^\[|\]$/g, ''))).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('is the same for a policy that has allowed its origin before', () => {
    const origins = [
      'https://hooks.example.org',
      'https://mcp.adobe.io',
      'https://adobe.com:8443',
      'https://adobe.com',
    ];
    const ends = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.constantFrom('@other.example/', ':99/', '.evil.example/', '\\x', '?a=b', '#/'),
    );
    fc.assert(
      fc.property(fc.constantFrom(...origins), fc.constantFrom('', '/', '/a/'), ends, (origin, middle, end) => {
        const text = `${origin}${middle}${end}`;
        const [fresh, experienced] = [new AddressPolicy(configOf()), new AddressPolicy(configOf())];
        for (const known of origins) experienced.checkUrl(`${known}/`, ADOBE);
        expect(experienced.checkUrl(text, ADOBE)).toBe(fresh.checkUrl(text, ADOBE));
        const [a, b] = [experienced.readUrl(text, ADOBE), fresh.readUrl(text, ADOBE)];
        expect(typeof a === 'string' ? a : a.href).toBe(typeof b === 'string' ? b : b.href);
      }),
      { numRuns: 1_000 },
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

  it('is judged each time: an answer that was good once proves nothing of the next', async () => {
    const policy = new PoisonedPolicy(configOf());
    policy.answers = [{ address: '8.8.8.8', family: 4 }];
    expect(await lookUp(policy, false)).toBe('8.8.8.8');
    policy.answers = [{ address: '169.254.169.254', family: 4 }];
    await expect(lookUp(policy, false)).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
  });

  it('refuses an answer that is no address at all', async () => {
    const policy = new PoisonedPolicy(configOf());
    for (const address of ['', 'hooks.example.org', '8.8.8', 'fe80::1%eth0']) {
      policy.answers = [{ address, family: 4 }];
      await expect(lookUp(policy, true), address).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
    }
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
