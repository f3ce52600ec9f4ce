import { describe, expect, it } from 'vitest';
import { API_VERSIONS, readApiVersion } from './company-api-version.js';
import { withPhoneForm } from './company-phone-form.js';

const mdnIn = (mdn: unknown, version: 1 | 2 | null): unknown =>
  (withPhoneForm({ person: { mobile_phone: { mdn: mdn as string } } }, version) as never)['person']['mobile_phone'][
    'mdn'
  ];

describe('phone numbers in events', () => {
  it.each([
    ['13125550100', '3125550100', '+13125550100'],
    ['3125550100', '3125550100', '+13125550100'],
    ['+13125550100', '3125550100', '+13125550100'],
    ['(312) 555-0100', '3125550100', '+13125550100'],
    ['001 312 555 0100', '001 312 555 0100', '001 312 555 0100'],
    ['2995551234', '2995551234', '+12995551234'],
    [3125550100, '3125550100', '+13125550100'],
    [13125550100n, '3125550100', '+13125550100'],
    // Canada shares the country code and the form.
    ['+14165550123', '4165550123', '+14165550123'],
  ])('%s is %s in version 1 and %s in version 2', (mdn, first, second) => {
    expect(mdnIn(mdn, 1)).toBe(first);
    expect(mdnIn(mdn, 2)).toBe(second);
    expect(mdnIn(mdn, null)).toBe(mdn);
  });

  it.each([
    ['+491701234567', '+491701234567'],
    ['491701234567', '+491701234567'],
    ['011 49 170 1234567', '+491701234567'],
    ['+442079460123', '+442079460123'],
    // Ten digits, which version 1 would show as an American number.
    ['+6591234567', '+6591234567'],
  ])('%s, of another country, is %s in both: version 1 has no form for it', (mdn, form) => {
    expect(mdnIn(mdn, 1)).toBe(form);
    expect(mdnIn(mdn, 2)).toBe(form);
  });

  it.each(['', 'unknown', '12345', '+1 312 555 0100 ext. 7', 'call 3125550100', '٣١٢', true, null])(
    'leaves %j as it is',
    (mdn) => {
      for (const version of API_VERSIONS) expect(mdnIn(mdn, version)).toBe(mdn);
    },
  );

  it('finds them at any depth and in lists, and leaves fields of the company itself alone', () => {
    const entity = {
      participant: { person: { mobile_phone: { mdn: '3125550100' } } },
      list: [{ mdn: '3125550101' }, '3125550102', null],
      mdn: ['3125550103', 4],
      person: { custom_fields: { mdn: '3125550104', mobile_phone: { mdn: '3125550105' } }, id: 12345678901234567890n },
    };
    expect(withPhoneForm(entity, 2)).toEqual({
      participant: { person: { mobile_phone: { mdn: '+13125550100' } } },
      list: [{ mdn: '+13125550101' }, '3125550102', null],
      mdn: ['+13125550103', 4],
      person: entity.person,
    });
  });
});

describe('the header X-API-Version', () => {
  it.each([
    [undefined, undefined],
    ['1', 1],
    ['2', 2],
    [' 2 ', 2],
    ['2, 2', 2],
    [['2', '2'], 2],
  ])('%j is read as %j', (header, version) => {
    const problems: never[] = [];
    expect(readApiVersion(header, problems)).toBe(version);
    expect(problems).toEqual([]);
  });

  it.each(['', '0', '3', 'v2', '2.0', '02', '1, 2', 'two', '²'])('%j is refused', (header) => {
    const problems: { field: string; message: string }[] = [];
    expect(readApiVersion(header, problems)).toBeUndefined();
    expect(problems).toEqual([{ field: 'X-API-Version', message: 'must be 1 or 2' }]);
  });
});
