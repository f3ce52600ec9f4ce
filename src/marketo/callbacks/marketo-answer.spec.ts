import { describe, expect, it } from 'vitest';
import type { DeliveryAnswer } from '../../delivery/answer.js';
import { errorCodesOf, readMarketoRefusal } from './marketo-answer.js';

const answer = (status: number | null, text: string | null = null): DeliveryAnswer =>
  ({ status, excerpt: text === null ? null : Buffer.from(text) }) as DeliveryAnswer;

describe("Marketo's answer to a callback", () => {
  it.each([null, 200, 201, 408, 425, 429, 500, 503])('%j is no refusal', (status) => {
    expect(readMarketoRefusal(answer(status))).toBeNull();
  });

  it.each([
    [301, 'redirect', 'redirect (301)'],
    [400, 'client_error', 'refused the callback (400)'],
    [401, 'auth', 'the key or the token'],
    [403, 'auth', 'the key or the token'],
    [404, 'client_error', 'does not know the callback'],
    [405, 'client_error', 'refused the results (405)'],
    [410, 'client_error', 'refused the callback (410)'],
  ])('%i is final', (status, errorClass, words) => {
    expect(readMarketoRefusal(answer(status))).toMatchObject({ errorClass });
    expect(readMarketoRefusal(answer(status))?.reason).toContain(words);
  });

  it.each<[text: string, codes: string[]]>([
    [
      '{"success":false,"errors":[{"code":"1003","message":"lead@example.com is wrong"},{"code":"1077"}]}',
      ['1003', '1077'],
    ],
    ['{"chunks":[{"errorCode":"FIELD_NOT_FOUND"},{"errorCode":"FIELD_NOT_FOUND"}]}', ['FIELD_NOT_FOUND']],
    ['{"code":"a person: lead@example.com"}', []],
    ['{"errors":[{"code":', []],
    ['<html>', []],
    ['null', []],
    [`${'['.repeat(50)}${']'.repeat(50)}`, []],
  ])('of %j the codes are %j', (text, codes) => {
    expect(errorCodesOf(Buffer.from(text))).toEqual(codes);
    const told = readMarketoRefusal(answer(405, text))?.reason ?? '';
    expect(told).not.toContain('example.com');
    for (const code of codes) expect(told).toContain(code);
  });
});
