import { describe, expect, it } from 'vitest';
import type { RequestError } from '../http/request-error.js';
import { CredentialBrake } from './credential-brake.js';

/** Seconds that an attempt is told to wait; 0: it may be made. */
function waitOf(brake: CredentialBrake, clientId: string, from: string): number {
  try {
    brake.check({ clientId, from });
    return 0;
  } catch (error) {
    expect(error).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
    return (error as RequestError).retryAfterSeconds ?? 0;
  }
}

function err(
  brake: CredentialBrake,
  times: number,
  attempt: (turn: number) => { clientId: string; from: string },
): void {
  for (let turn = 0; turn < times; turn += 1) brake.noteWrong(attempt(turn));
}

describe('wrong credentials', () => {
  it('of one client from one address are slowed after ten, and others are not', () => {
    const brake = new CredentialBrake();
    err(brake, 9, () => ({ clientId: 'a', from: '192.0.2.1' }));
    expect(waitOf(brake, 'a', '192.0.2.1')).toBe(0);
    err(brake, 1, () => ({ clientId: 'a', from: '192.0.2.1' }));
    expect(waitOf(brake, 'a', '192.0.2.1')).toBeGreaterThan(0);
    expect(waitOf(brake, 'a', '192.0.2.2')).toBe(0);
    expect(waitOf(brake, 'b', '192.0.2.1')).toBe(0);
  });

  it('of many clients from one address are slowed there', () => {
    const brake = new CredentialBrake();
    err(brake, 100, (turn) => ({ clientId: `guess ${String(turn)}`, from: '192.0.2.1' }));
    expect(waitOf(brake, 'new', '192.0.2.1')).toBeGreaterThan(0);
    expect(waitOf(brake, 'new', '192.0.2.2')).toBe(0);
  });

  it('of one client from many addresses are slowed for the client', () => {
    const brake = new CredentialBrake();
    err(brake, 100, (turn) => ({ clientId: 'a', from: `192.0.2.${String(turn)}` }));
    expect(waitOf(brake, 'a', '198.51.100.1')).toBeGreaterThan(0);
    expect(waitOf(brake, 'b', '198.51.100.1')).toBe(0);
  });

  it('keep out neither a client that was right before from its address, nor its neighbours', () => {
    const brake = new CredentialBrake();
    brake.noteRight({ clientId: 'a', from: '192.0.2.1' });
    err(brake, 100, (turn) => ({ clientId: 'a', from: `198.51.100.${String(turn)}` }));
    err(brake, 100, (turn) => ({ clientId: `guess ${String(turn)}`, from: '192.0.2.1' }));
    expect(waitOf(brake, 'a', '192.0.2.1')).toBe(0);
    expect(waitOf(brake, 'a', '203.0.113.9')).toBeGreaterThan(0);
  });

  it('slow a client that was right before by its own mistakes', () => {
    const brake = new CredentialBrake();
    brake.noteRight({ clientId: 'a', from: '192.0.2.1' });
    err(brake, 10, () => ({ clientId: 'a', from: '192.0.2.1' }));
    expect(waitOf(brake, 'a', '192.0.2.1')).toBeGreaterThan(0);
  });

  it.each([
    ['a network of IPv6', '2001:db8:1:2::1', '2001:db8:1:ffff::9'],
    ['an IPv4 address in two spellings', '192.0.2.7', '::ffff:192.0.2.7'],
  ])('count together for %s', (_name, one, other) => {
    const brake = new CredentialBrake();
    err(brake, 10, () => ({ clientId: 'a', from: one }));
    expect(waitOf(brake, 'a', other)).toBeGreaterThan(0);
  });

  it.each([
    ['another network of IPv6', '2001:db8:1::1', '2001:db8:2::1'],
    ['another IPv4 address in the same spelling', '::ffff:192.0.2.7', '::ffff:192.0.2.8'],
  ])('do not count for %s', (_name, one, other) => {
    const brake = new CredentialBrake();
    err(brake, 10, () => ({ clientId: 'a', from: one }));
    expect(waitOf(brake, 'a', other)).toBe(0);
  });
});
