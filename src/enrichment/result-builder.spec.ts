import { describe, expect, it } from 'vitest';
import { ResultBuilder } from './result-builder.js';

describe('ResultBuilder', () => {
  it('lets the later step win and keeps what it does not mention', () => {
    const result = new ResultBuilder();
    result.add({ fields: { email: 'a', tier: 'cold' }, accessors: { score: 1 } }, 0);
    result.add({ fields: { tier: 'hot' }, accountFields: { domain: 'x.example' }, attributes: { model: 'm' } }, 1);
    expect({ ...result.fields }).toEqual({ email: 'a', tier: 'hot' });
    expect({ ...result.accessors }).toEqual({ score: 1 });
    expect({ ...result.accountFields }).toEqual({ domain: 'x.example' });
    expect({ ...result.attributes }).toEqual({ model: 'm' });
  });

  it('takes null as a value and undefined as silence', () => {
    const result = new ResultBuilder();
    result.add({ fields: { a: 1, b: 2 } }, 0);
    result.add({ fields: { a: null, b: undefined as unknown as null } }, 1);
    expect({ ...result.fields }).toEqual({ a: null, b: 2 });
  });

  it('merges people by relationship and counts those a step could not serve', () => {
    const result = new ResultBuilder();
    expect(result.add({ people: new Map([['r1', { fields: { role: 'user' } }]]) }, 0)).toBe(0);
    const failed = result.add(
      {
        people: new Map([
          ['r1', { accessors: { influence: 3 } }],
          ['r2', { error: { code: 'NOT_FOUND' as const, message: 'unknown' } }],
        ]),
      },
      1,
    );
    expect(failed).toBe(1);
    expect(result.people.get('r1')).toEqual({ fields: { role: 'user' }, accessors: { influence: 3 } });
    expect(result.people.has('r2')).toBe(true);
  });

  it('treats __proto__ as a name like any other', () => {
    const result = new ResultBuilder();
    result.add({ fields: JSON.parse('{"__proto__": {"polluted": true}}') as Record<string, never> }, 0);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(Object.keys(result.fields)).toEqual(['__proto__']);
  });
});
