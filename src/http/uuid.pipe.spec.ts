import { describe, expect, it } from 'vitest';
import { RequestError } from './request-error.js';
import { UUID, UuidPipe } from './uuid.pipe.js';

const ID = '01934b2c-7d31-7c52-9a2e-0a5f3c1b8e10';

const BAD: readonly string[] = [
  '',
  ' ',
  '-'.repeat(36),
  '0'.repeat(36),
  ID.slice(1),
  `${ID}0`,
  ` ${ID}`,
  `${ID} `,
  `${ID}\n`,
  `${ID}\0`,
  `{${ID}}`,
  `urn:uuid:${ID}`,
  ID.replaceAll('-', ''),
  ID.replace('-', '\u2010'),
  ID.replace('0', 'g'),
  ID.replace('0', '\uFF10'),
  `${ID},${ID}`,
];

describe('the id of a path', () => {
  it('passes in lower case', () => {
    const pipe = new UuidPipe();
    expect([pipe.transform(ID), pipe.transform(ID.toUpperCase())]).toEqual([ID, ID]);
  });

  it.each(BAD)('is a 400 as %j, which is not repeated', (text) => {
    expect(UUID.test(text)).toBe(false);
    const refused = (): string => new UuidPipe().transform(text);
    expect(refused).toThrow(RequestError);
    expect(refused).toThrow(
      expect.objectContaining({ status: 400, code: 'INVALID_REQUEST', message: 'The id in the path must be a UUID' }),
    );
  });
});
