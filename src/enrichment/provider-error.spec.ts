import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACTION_ERROR_CODES } from '../actions/action-result.js';
import { describeThrown, readPublishedError } from './provider-error.js';

describe('an error of a provider', () => {
  it.each(ACTION_ERROR_CODES)('is published with the code %s', (code) => {
    expect(readPublishedError(Object.assign(new Error('why'), { code }))).toEqual({ code, message: 'why' });
  });

  it('reads getters once they answer, and takes those that throw for missing', () => {
    const trap = (name: string, value: object): unknown =>
      Object.defineProperty(value, name, {
        get: () => {
          throw new Error('trap');
        },
      });
    expect(readPublishedError(trap('code', new Error('x')))).toBeNull();
    expect(readPublishedError(trap('message', { code: 'NOT_FOUND' }))).toEqual({
      code: 'NOT_FOUND',
      message: 'the provider gave no reason',
    });
    expect(describeThrown(trap('stack', new Error('x'))).frames).toEqual([]);
    expect(describeThrown(trap('name', new Error('x'))).name).toBe('Error');
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    expect(readPublishedError(revoked.proxy)).toBeNull();
    expect(describeThrown(revoked.proxy).frames).toEqual([]);
  });

  it.each([
    ['empty', ''],
    ['blank', ' \n\t '],
    ['a number', 42],
    ['an object', { toString: () => 'no' }],
  ])('has a reason of ours when its own is %s', (_, message) => {
    expect(readPublishedError({ code: 'NOT_FOUND', message })?.message).toBe('the provider gave no reason');
  });

  it('becomes one short line that PostgreSQL and JSON take, whatever it says', () => {
    const any = fc.oneof(fc.string({ unit: 'binary', maxLength: 2_000 }), fc.string({ maxLength: 2_000 }));
    const unit = fc.constantFrom('\u0000', '\ud83d', '\udc4d', '\r\n', '\u0085', 'a', '😀');
    fc.assert(
      fc.property(
        fc.oneof(
          any,
          fc.array(unit, { maxLength: 1_000 }).map((parts) => parts.join('')),
        ),
        (message) => {
          const line = readPublishedError({ code: 'NOT_FOUND', message })?.message ?? '';
          expect(line.length).toBeGreaterThan(0);
          expect(line.length).toBeLessThanOrEqual(500);
          expect(line).not.toMatch(/\p{Cc}|\p{Cs}/u);
        },
      ),
    );
  });

  it('of fifty megabytes is cut before it is looked at', () => {
    const message = ' \n'.repeat(25_000_000);
    const startedAt = performance.now();
    expect(readPublishedError({ code: 'NOT_FOUND', message })?.message).toBe('…');
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});

describe('a thrown value in the log', () => {
  it('is its class and the frames of its stack, without a word of its message', () => {
    const error = new RangeError('ada@example.com\n    at ada (home:1:1)');
    const { name, frames } = describeThrown(error);
    expect(name).toBe('RangeError');
    expect(frames.length).toBeGreaterThan(0);
    expect(frames.length).toBeLessThanOrEqual(5);
    expect(frames.join()).not.toContain('ada');
  });

  it('has no name that could be a sentence', () => {
    const error = Object.assign(new Error('x'), { name: 'No account for ada@example.com' });
    expect(describeThrown(error).name).toBe('Error');
  });
});
