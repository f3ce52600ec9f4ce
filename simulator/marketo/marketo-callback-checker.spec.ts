import { describe, expect, it } from 'vitest';
import type { SimulatedBatch } from './marketo-batch.js';
import { checkMarketoCallback } from './marketo-callback-checker.js';
import type { MarketoServiceContract } from './marketo-service.js';

const BATCH: SimulatedBatch = {
  token: 'token',
  callbackKey: 'key',
  munchkinId: '123-SIM-456',
  path: '/marketo/run/1',
  leadIds: ['1', '9007199254740993'],
  text: '',
};
const SERVICE: MarketoServiceContract = {
  base: '',
  requestFields: [],
  mapsRequest: false,
  parameters: [],
  settings: [],
  callbackFields: [
    { name: 'score', type: 'score' },
    { name: 'label', type: 'string' },
    { name: 'at', type: 'datetime' },
    { name: 'count', type: 'integer' },
  ],
  mapsCallback: false,
  attributes: [{ name: 'seen', type: 'boolean' }],
};
const HEADERS = { 'x-callback-token': 'token', 'x-api-key': 'key', 'content-type': 'application/json' };
const VALID =
  '{"munchkinId":"123-SIM-456","time":"2026-01-31T12:00:00Z","objectData":[' +
  '{"leadData":{"id":1,"score":"+5","label":"a","at":"2026-01-31T12:00:00Z","count":5},"activityData":{"success":true,"seen":true}},' +
  '{"leadData":{"id":9007199254740993},"activityData":{"success":false,"errorCode":"NOT_FOUND","reason":"nothing"}}]}';

describe("the simulator's check of a callback to Marketo", () => {
  it('finds nothing wrong with a right one', () => {
    const checked = checkMarketoCallback({ headers: HEADERS, text: VALID }, BATCH, SERVICE);
    expect(checked.violations).toEqual([]);
    expect([checked.succeeded, checked.failed, [...checked.codes]]).toEqual([1, 1, [['NOT_FOUND', 1]]]);
  });

  it.each<[name: string, from: string, to: string, violation: string]>([
    ['another subscription', '123-SIM-456', '987-ZYX-654', 'munchkinId'],
    ['fractions of seconds', '"time":"2026-01-31T12:00:00Z"', '"time":"2026-01-31T12:00:00.123Z"', 'time'],
    ['an unknown member', '"munchkinId"', '"more":1,"munchkinId"', 'unknown member more'],
    ['leads in another order', '"id":1,', '"id":2,', 'not those of the batch'],
    ['a rounded id', '9007199254740993', '9007199254740992', 'not those of the batch'],
    ['an id that is a text', '"id":1,', '"id":"1",', 'leadData.id'],
    ['a field that is not declared', '"label"', '"lable"', 'lable is not declared'],
    ['a number that is a text', '"count":5', '"count":"5"', 'count must be an integer'],
    ['a number of 33 bits', '"count":5', '"count":4294967296', 'count does not fit'],
    ['a score that is a word', '"+5"', '"high"', 'score must be an integer'],
    ['a text that is too long', '"label":"a"', `"label":"${'ü'.repeat(128)}"`, 'more than 255 bytes'],
    ['a null', '"label":"a"', '"label":null', 'label is null'],
    ['a moment without seconds', '"at":"2026-01-31T12:00:00Z"', '"at":"2026-01-31T12:00Z"', 'at must be a moment'],
    ['a code that is not published', 'NOT_FOUND', 'BATCH_FAILED', 'not a code of a lead'],
    ['a failure without a reason', ',"reason":"nothing"', '', 'reason is missing'],
    ['a failure with fields', '{"id":9007199254740993}', '{"id":9007199254740993,"label":"a"}', 'more than its id'],
    ['a success with a code', '"success":true', '"success":true,"errorCode":"TIMEOUT"', 'errorCode of a success'],
    ['no outcome', '"success":true,', '', 'must be true or false'],
    ['a failure as a whole', '"munchkinId"', '"errorCode":"BATCH_FAILED","munchkinId"', 'failed as a whole'],
    ['no JSON', '{"munchkinId"', '{munchkinId', 'not JSON'],
  ])('sees %s', (_name, from, to, violation) => {
    const text = VALID.replace(from, to);
    expect(text).not.toBe(VALID);
    const { violations } = checkMarketoCallback({ headers: HEADERS, text }, BATCH, SERVICE);
    expect(violations.join('\n')).toContain(violation);
  });

  it.each([
    [{ 'x-callback-token': 'other' }, 'x-callback-token'],
    [{ 'x-api-key': undefined }, 'x-api-key'],
    [{ authorization: 'Bearer x' }, 'authorization'],
    [{ 'x-gw-ims-org-id': 'x' }, 'x-gw-ims-org-id'],
    [{ 'content-type': 'text/plain' }, 'application/json'],
  ])('sees headers %j', (more, violation) => {
    const { violations } = checkMarketoCallback({ headers: { ...HEADERS, ...more }, text: VALID }, BATCH, SERVICE);
    expect(violations.join('\n')).toContain(violation);
  });
});
