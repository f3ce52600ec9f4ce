import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBasic, toBasic } from './basic-credentials.js';
import type { CallerRequest } from './caller-scheme.js';

const request = (authorization?: string | string[]): CallerRequest => ({ headers: { authorization } });
const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64');
const basic = (text: string | Buffer): CallerRequest => request(`Basic ${base64(text)}`);

describe('Basic credentials', () => {
  it.each<[string, CallerRequest, string, string]>([
    ['a name and a password', basic('ada:secret'), 'ada', 'secret'],
    ['colons in the password', basic('ada:se:cr:et'), 'ada', 'se:cr:et'],
    ['no password', basic('ada:'), 'ada', ''],
    ['no name', basic(':secret'), '', 'secret'],
    ['neither', basic(':'), '', ''],
    ['UTF-8', basic('jürgen:pässword€😀'), 'jürgen', 'pässword€😀'],
    ['a byte order mark, which stays', basic('\ufeffada:secret'), '\ufeffada', 'secret'],
    ['another case of the scheme', request(`bAsIc ${base64('ada:secret')}`), 'ada', 'secret'],
    ['several blanks', request(`Basic   ${base64('ada:secret')}  `), 'ada', 'secret'],
    ['no padding', request('Basic YWRhOg'), 'ada', ''],
    ['a list of one header', request([`Basic ${base64('ada:secret')}`]), 'ada', 'secret'],
  ])('are read with %s', (_title, given, username, password) => {
    expect(readBasic(given)).toEqual({ kind: 'present', username, password });
  });

  it.each<[string, CallerRequest]>([
    ['no header', request()],
    ['an empty header', request('')],
    ['the scheme alone', request('Basic')],
    ['the scheme and blanks', request('Basic   ')],
    ['another scheme', request('Bearer YWRhOg==')],
    ['no scheme', request(base64('ada:secret'))],
  ])('are missing from %s', (_title, given) => {
    expect(readBasic(given)).toEqual({ kind: 'missing' });
  });

  it('are ambiguous in two headers, even equal ones', () => {
    expect(readBasic(request(['Basic YWRhOg==', 'Basic YWRhOg==']))).toEqual({ kind: 'ambiguous' });
  });

  it.each<[string, CallerRequest]>([
    ['what is no base64', request('Basic ***')],
    ['blanks within', request('Basic YWRh Og==')],
    ['letters of base64url', request('Basic YWRhOv_-')],
    ['one pad of two', request('Basic YWRhOg=')],
    ['three pads', request('Basic YWRhOg===')],
    ['a pad too many', request('Basic YWRhOmI==')],
    ['pads alone', request('Basic ==')],
    ['a letter left over', request('Basic YWRhO')],
    ['text after the pads', request('Basic YWRhOg==YQ==')],
    ['two credentials joined by Node', request('Basic YWRhOg==, Basic YWRhOg==')],
    ['no colon', basic('ada')],
    ['Latin-1', basic(Buffer.from('jürgen:pässword', 'latin1'))],
    ['half a surrogate pair', basic(Buffer.from([0x61, 0x3a, 0xed, 0xa0, 0x80]))],
    ['an overlong colon', basic(Buffer.from([0x61, 0xc0, 0xba, 0x62]))],
    ['NUL', basic('ada\0:secret')],
    ['a line break', basic('ada:sec\nret')],
    ['a control character of C1', basic('ada:sec\u0085ret')],
  ])('are malformed with %s', (_title, given) => {
    expect(readBasic(given)).toEqual({ kind: 'malformed' });
  });

  it('come back as they were written', () => {
    const texts = fc.string({ unit: 'grapheme' }).filter((text) => !/\p{Cc}/u.test(text));
    fc.assert(
      fc.property(
        texts.filter((text) => !text.includes(':')),
        texts,
        (username, password) => {
          expect(readBasic(request(toBasic({ username, password })))).toEqual({ kind: 'present', username, password });
        },
      ),
    );
  });
});
