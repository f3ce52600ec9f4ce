import { expect, it } from 'vitest';
import { auditAddressOf } from './audit-address.js';

it.each([
  ['203.0.113.77', 'full', '203.0.113.77'],
  ['203.0.113.77', 'network', '203.0.113.0/24'],
  ['::ffff:203.0.113.77', 'network', '203.0.113.0/24'],
  ['2001:db8:1:2:3:4:5:6', 'full', '2001:db8:1:2:3:4:5:6'],
  ['2001:db8:1:2:3:4:5:6', 'network', '2001:db8:1::/48'],
  ['203.0.113.77', 'none', null],
  ['no address', 'full', null],
  ['', 'network', null],
  [undefined, 'full', null],
] as const)('of %j the audit keeps, with %s, %j', (text, kept, expected) => {
  expect(auditAddressOf(text, kept)).toBe(expected);
});
