import { describe, expect, it } from 'vitest';
import { fieldsText, toMessage } from './log-line.js';

describe('a message of the log is a text, whatever it was', () => {
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;

  it.each<[unknown, string, object]>([
    ['plain', 'plain', {}],
    ['', '', {}],
    [{ message: 'refused', status: 409 }, 'refused', { status: 409 }],
    [{ status: 409 }, '{"status":409}', {}],
    [{ message: { nested: true } }, '{"message":{"nested":true}}', {}],
    [{ message: new Error('broken'), step: 'email' }, 'broken', { error: 'Error', step: 'email' }],
    [new TypeError('no function'), 'no function', { error: 'TypeError' }],
    [['a', 1], '["a",1]', {}],
    [{ id: 12n }, '{"id":"12"}', {}],
    [cycle, '[cannot be shown]', {}],
    [42, '42', {}],
    [null, 'null', {}],
    [undefined, 'undefined', {}],
  ])('%o', (message, text, fields) => {
    expect(toMessage(message)).toEqual({ text, fields });
  });
});

it('shows a person the fields that have a value', () => {
  expect(fieldsText({ requestId: 'a', status: 409, none: null, absent: undefined, list: [1] })).toBe(
    ' requestId=a status=409 list=[1]',
  );
});
