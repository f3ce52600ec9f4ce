import { expect, it } from 'vitest';
import { testConfig } from '../../intake/intake.fixtures.js';
import { AddressPolicy } from '../../security/address-policy.js';
import type { CallRefusal } from './call-refusal.js';
import { ResponseAddresses } from './response-address.js';

function addresses(outbound: { allowHttp: boolean; loopbackOnly: boolean }): ResponseAddresses {
  const config = { ...testConfig(), outbound: { allowCidrs: [], ...outbound } };
  return new ResponseAddresses(new AddressPolicy(config), config);
}

const DEVELOPMENT = { allowHttp: true, loopbackOnly: true };
const PRODUCTION = { allowHttp: false, loopbackOnly: false };
const OPEN = { allowHttp: true, loopbackOnly: false };

it.each([
  ['https://receiver.example.com/a', [true, true, true]],
  ['http://receiver.example.com/a', [false, false, true]],
  ['http://127.0.0.1:8080/a', [true, false, false]],
  ['http://localhost:8080/a', [true, false, false]],
  ['http://[::1]:8080/a', [true, false, false]],
  ['https://127.0.0.1/a', [true, false, false]],
  ['https://10.0.0.1/a', [false, false, false]],
  ['ftp://receiver.example.com/a', [false, false, false]],
  [null, [false, false, false]],
] as const)('%s in development, in production, and there with OUTBOUND_ALLOW_HTTP', (address, allowed) => {
  const judged = [DEVELOPMENT, PRODUCTION, OPEN].map((outbound) => {
    try {
      return addresses(outbound).check(address) === address;
    } catch (error) {
      expect((error as CallRefusal).problem.code).toBe(227);
      return false;
    }
  });
  expect(judged).toEqual(allowed);
});
