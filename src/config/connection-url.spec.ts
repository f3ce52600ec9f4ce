import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEnvironment } from './parse-environment.js';

type Name = 'DATABASE_URL' | 'REDIS_URL';

function read(name: Name, text: string): string | null {
  const { problems, values } = parseEnvironment({ [name]: text });
  expect(problems).toEqual([]);
  return values[name] ?? null;
}

const BROKEN: [string, string][] = [
  ['a % alone', 'p%ss'],
  ['a % at its end', 'pass%'],
  ['a % before one hex digit', 'p%2'],
  ['a % before a letter that is no hex digit', 'p%zz'],
  ['two %', '100%%'],
  ['a #', 'pa#ss'],
  ['a # behind digits, which a port could be', '12#ss'],
  ['a # at its beginning', '#pass'],
  ['a / behind letters', 'pa/ss'],
  ['a / behind digits, which a port could be', '12/ss'],
  ['a ? behind letters', 'pa?ss'],
  ['a ? behind digits, which a port could be', '12?ss'],
  ['Latin-1', 'p%E4ss'],
  ['half a character', 'p%C3ss'],
  ['a NUL', 'p%00ss'],
  ['a line break', 'pa\nss'],
  ['a tab', 'pa\tss'],
];

describe.each([
  ['DATABASE_URL', 'postgres', '5432/ricochet'],
  ['REDIS_URL', 'rediss', '6379/0'],
] as const)('%s', (name, scheme, tail) => {
  it.each(BROKEN)('is refused in words for a password with %s', (_, password) => {
    const text = `${scheme}://swordfisher:${password}@the-host:${tail}`;
    const { problems } = parseEnvironment({ [name]: text });
    expect(problems).toMatchObject([{ name }]);
    const said = JSON.stringify(problems);
    expect(said).toMatch(/percent-encod/);
    for (const part of ['swordfisher', 'the-host', password]) expect(said).not.toContain(part);
  });

  it.each([
    ['p@ss', 'p@ss'],
    ['@@', '@@'],
    ['p%40ss', 'p@ss'],
    ['p%2Fs%23%3F%25', 'p/s#?%'],
    ['pa ss', 'pa ss'],
    ['p%2Fs s', 'p/s s'],
    ['p:a:ss', 'p:a:ss'],
    ['p%C3%A4ss', 'päss'],
    ['päss', 'päss'],
    ['p+ss', 'p+ss'],
    ['p\'"`\\ss', 'p\'"`\\ss'],
    ['p&ss=[1]', 'p&ss=[1]'],
  ])('goes on working with the password %s', (written, meant) => {
    const url = new URL(read(name, `${scheme}://user:${written}@host:${tail}`) ?? '');
    expect([decodeURIComponent(url.password), url.username, url.hostname]).toEqual([meant, 'user', 'host']);
  });

  it('reads every password that is percent-encoded, for every parser behind it alike', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }), (password) => {
        fc.pre(!password.includes('\0'));
        const text = read(name, `${scheme}://user:${encodeURIComponent(password)}@host:${tail}`) ?? '';
        const [, credentials = ''] = /\/\/(.*)@host/.exec(text) ?? [];
        expect(credentials).toMatch(/^user:[\w.!~*'()%-]+$/);
        expect(decodeURIComponent(credentials.slice(5))).toBe(password);
      }),
    );
  });

  it('never throws and never quotes, whatever is written', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[%#@/?:a-f0-9[\], ]{0,30}$/));
    fc.assert(
      fc.property(text, text, (user, rest) => {
        const { problems } = parseEnvironment({ [name]: `${scheme}://${user}:swordfish${rest}` });
        expect(JSON.stringify(problems)).not.toContain('swordfish');
      }),
    );
  });

  it.each([
    ['a port that is none', `${scheme}://u:p@host:abc/0`],
    ['a port out of range', `${scheme}://u:p@host:70000/0`],
    ['no host', `${scheme}://u:p@/0`],
    ['no host but a port', `${scheme}://u:p@:5432/0`],
    ['nothing at all', `${scheme}://`],
    ['one slash', `${scheme}:/u:p@host/0`],
    ['several hosts', `${scheme}://u:p@one,two/0`],
    ['an address of version 6 without brackets', `${scheme}://u:p@fd00::1/0`],
    ['quotation marks around it', `"${scheme}://u:p@host/0"`],
  ])('is refused for %s', (_, text) => {
    expect(parseEnvironment({ [name]: text }).problems).toMatchObject([{ name }]);
  });
});

describe('a socket', () => {
  it.each([
    ['postgres://u:p@/db?host=/dir', 'postgres://u:p@localhost/db?host=/dir'],
    ['postgres://u:p@:5433/db?host=/dir', 'postgres://u:p@localhost:5433/db?host=/dir'],
    ['postgres://u:p@ss@/db?host=/dir', 'postgres://u:p%40ss@localhost/db?host=/dir'],
    ['postgres://u@/db?host=/dir&port=5433', 'postgres://u@localhost/db?host=/dir&port=5433'],
    ['postgresql:///db?host=/dir', 'postgresql:///db?host=/dir'],
    ['postgres://u:p@%2Fvar%2Frun/db', 'postgres://u:p@%2Fvar%2Frun/db'],
    ['postgres://u:p@localhost/db?host=/dir', 'postgres://u:p@localhost/db?host=/dir'],
  ])('of PostgreSQL may be written %s', (text, value) => {
    expect(read('DATABASE_URL', text)).toBe(value);
  });

  it('of Redis may be named by its path', () => {
    expect(read('REDIS_URL', 'redis://u:p@/0?path=/run/redis.sock')).toBe(
      'redis://u:p@localhost/0?path=/run/redis.sock',
    );
  });

  it('that is not named is a missing host', () => {
    expect(parseEnvironment({ DATABASE_URL: 'postgres://u:p@/db?host=' }).problems).toMatchObject([
      { problem: 'names no host' },
    ]);
  });
});

it('a database of Redis is a number', () => {
  expect(parseEnvironment({ REDIS_URL: 'redis://host/ricochet' }).problems).toMatchObject([{ name: 'REDIS_URL' }]);
});
