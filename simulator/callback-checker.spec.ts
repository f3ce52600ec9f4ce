import { describe, expect, it } from 'vitest';
import { checkCallback, type CheckedCallback } from './callback-checker.js';
import { contractOf, validBody, validHeaders } from './fake-service.fixtures.js';
import { writeEntityRequest, writeGroupRequest } from './execution-request.js';
import { stringifyWire } from './lossless.js';
import { generateAccount, generateGroup, generateLead } from './people-generator.js';
import type { EntityType } from './service-contract.js';
import { readSubmission, type Submission } from './submission.js';

const BIG_LEAD = 3;
const TEXT_LEAD = 7;

function submit(type: EntityType, index = 0): Submission {
  const contract = contractOf(type);
  const options = { contract, callbackUrl: 'http://127.0.0.1:4010/callbacks/run/1', runId: 'run', timeoutMinutes: 5 };
  if (type === 'accountPerson')
    return readSubmission(writeGroupRequest(generateGroup('spec', index), options), contract);
  const entity = type === 'lead' ? generateLead('spec', index) : generateAccount('spec', index);
  return readSubmission(writeEntityRequest(entity, options), contract);
}

interface Changes {
  readonly headers?: Record<string, string | undefined>;
  readonly body?: string;
  readonly path?: string;
  readonly method?: string;
  readonly bearerObjection?: string;
}

function check(submission: Submission, changes: Changes = {}): CheckedCallback {
  return checkCallback(
    {
      method: changes.method ?? 'POST',
      path: changes.path ?? '/callbacks/run/1',
      headers: { ...validHeaders(submission, 'request-1'), authorization: 'Bearer good', ...changes.headers },
      body: changes.body ?? stringifyWire(validBody(submission)),
    },
    {
      submission,
      contractFor: () => null,
      requestId: 'request-1',
      apiKey: 'simulator',
      objectionTo: () => changes.bearerObjection ?? null,
    },
  );
}

/** The valid body with one text replaced; fails when the text is not there, so that no case tests nothing. */
function edited(submission: Submission, from: string | RegExp, to: string): string {
  const body = stringifyWire(validBody(submission));
  const changed = body.replace(from, to);
  expect(changed).not.toBe(body);
  return changed;
}

function failure(activity: string, entity: string): string {
  return `{"objectData":[{"activityData":${activity},${entity}}]}`;
}

describe('checkCallback', () => {
  it.each([
    ['a lead', 'lead', 0],
    ['a lead with an id beyond 2^53', 'lead', BIG_LEAD],
    ['a lead whose id is no number', 'lead', TEXT_LEAD],
    ['an account', 'account', 0],
    ['an account with people', 'accountPerson', 0],
    ['people of an account whose own id is no number', 'accountPerson', 7],
  ] as const)('accepts a valid callback for %s', (_title, type, index) => {
    expect(check(submit(type, index)).violations).toEqual([]);
  });

  it('accepts a failure in due form', () => {
    const lead = submit('lead');
    const activity = '{"success":false,"errorCode":"TIMEOUT","reason":"too slow"}';
    const checked = check(lead, { body: failure(activity, `"leadData":{"id":${lead.entityId}}`) });
    expect(checked.violations).toEqual([]);
    expect(checked.reading).toMatchObject({ success: false, errorCode: 'TIMEOUT' });
  });

  it.each([
    ['x-callback-token', undefined, 'header X-Callback-Token is missing'],
    ['x-callback-token', 'other', 'header X-Callback-Token is not the expected one'],
    ['x-api-key', undefined, 'header X-Api-Key is missing'],
    ['x-api-key', 'other', 'header X-Api-Key is not the expected one'],
    ['x-request-id', undefined, 'header X-Request-Id is missing'],
    ['x-request-id', 'other', 'header X-Request-Id must be request-1, but is other'],
    ['x-gw-ims-org-id', undefined, 'header x-gw-ims-org-id is missing'],
    ['x-gw-ims-org-id', 'other', 'header x-gw-ims-org-id must be 5F1A2B3C4D5E6F7A0A49412C@AdobeOrg, but is other'],
    ['content-type', undefined, 'header Content-Type is missing'],
    ['content-type', 'text/plain', 'header Content-Type must be application/json, but is text/plain'],
  ])('finds header %s with %s wrong', (name, value, sentence) => {
    expect(check(submit('lead'), { headers: { [name]: value } }).violations).toEqual([sentence]);
  });

  it('never shows a token or a key', () => {
    const lead = submit('lead');
    const headers = { 'x-callback-token': 'secret-a', 'x-api-key': 'secret-b', authorization: 'Bearer secret-c' };
    const text = check(lead, { headers, bearerObjection: 'header Authorization is bad' }).violations.join();
    expect(text).not.toMatch(/secret/);
    expect(text).not.toContain(lead.token);
  });

  it('tells a bad bearer alone from other violations', () => {
    const lead = submit('lead');
    expect(check(lead, { bearerObjection: 'bad' })).toMatchObject({ onlyBearer: true, violations: ['bad'] });
    expect(check(lead, { bearerObjection: 'bad', method: 'PUT' }).onlyBearer).toBe(false);
  });

  it.each<[string, EntityType, number, string | RegExp, string, RegExp]>([
    ['a second entry', 'lead', 0, /\}\]\}$/, '},{}]}', /must hold exactly one entry/],
    ['a key beside objectData', 'lead', 0, /\}$/, ',"extra":1}', /the body has a key it must not have: extra/],
    ['a key beside the entity', 'lead', 0, '"leadData"', '"x":1,"leadData"', /objectData\[0\] has a key .*: x/],
    ['an undeclared attribute', 'lead', 0, '"success":true', '"success":true,"x":1', /activityData has a key .*: x/],
    [
      'an attribute of the wrong type',
      'accountPerson',
      0,
      '"leadsAnalyzed":2',
      '"leadsAnalyzed":"2"',
      /leadsAnalyzed must be of type integer/,
    ],
    ['success as text', 'lead', 0, '"success":true', '"success":"true"', /success must be true or false/],
    ['an errorCode on success', 'lead', 0, 'true', 'true,"errorCode":"TIMEOUT"', /errorCode must be absent on success/],
    ['a reason on success', 'lead', 0, 'true', 'true,"reason":""', /reason must be absent on success/],
    ['a missing id', 'lead', 0, /"id":\d+,/, '', /leadData.id is missing/],
    [
      'a numeric id as text',
      'lead',
      0,
      /"id":(\d+)/,
      '"id":"$1"',
      /leadData.id must be the number \d+, but is a string/,
    ],
    ['another id', 'lead', 0, /"id":\d/, '"id":9', /leadData.id must be \d+, digit for digit/],
    ['an id rounded to a double', 'lead', BIG_LEAD, /"id":(\d+)\d\d/, '"id":$100', /digit for digit/],
    ['an id with a fraction', 'lead', 0, /"id":(\d+)/, '"id":$1.0', /digit for digit/],
    ['a textual id as a number', 'lead', TEXT_LEAD, /"id":"[^"]+"/, '"id":7', /leadData.id must be the text/],
    [
      'an undeclared field',
      'lead',
      0,
      '"accessorValues"',
      '"nick":"x","accessorValues"',
      /leadData has a key .*: nick/,
    ],
    [
      'a null field',
      'lead',
      0,
      /"email":"[^"]*"/,
      '"email":null',
      /leadData.email must be of type string, but is null/,
    ],
    ['a day that does not exist', 'accountPerson', 0, '2026-02-28', '2026-02-30', /checkedOn must be of type date/],
    [
      'a datetime without a zone',
      'lead',
      0,
      '"accessor',
      '"checkedAt":"2026-02-28T10:00:00","accessor',
      /checkedAt must be of type datetime/,
    ],
    [
      'a float as text',
      'lead',
      0,
      '"accessor',
      '"ratio":"1.5","accessor',
      /ratio must be of type float, but is a string/,
    ],
    [
      'an undeclared accessor',
      'lead',
      0,
      '"score":80',
      '"mood":1',
      /accessorValues.mood is an accessor .* not declare/,
    ],
    [
      'an accessor of the wrong type',
      'lead',
      0,
      '"score":80',
      '"score":80.5',
      /score must be of type integer, but is a decimal/,
    ],
    ['an accessor above its maximum', 'lead', 0, '"score":80', '"score":101', /score is 101, above its maximum 100/],
    ['an accessor below its minimum', 'lead', 0, '"score":80', '"score":-1', /score is -1, below its minimum 0/],
    ['an accessor value not allowed', 'lead', 0, '"grade":"A"', '"grade":"Z"', /grade is "Z", which is not among/],
    [
      'accessor values of the whole account',
      'accountPerson',
      0,
      '"industry"',
      '"accessorValues":{},"industry"',
      /accountData has a key .*: accessorValues/,
    ],
    [
      'mktoGuid echoed',
      'accountPerson',
      0,
      '"personId"',
      '"mktoGuid":"g","personId"',
      /accountPersonData\[0\] has a key .*: mktoGuid/,
    ],
    [
      'another relationship id',
      'accountPerson',
      0,
      /"accountPersonRelId":\d+/,
      '"accountPersonRelId":5',
      /accountPersonRelId must be 9000000/,
    ],
    [
      'leadData for an account',
      'account',
      0,
      '"accountData"',
      '"leadData":{},"accountData"',
      /objectData\[0\] has a key .*: leadData/,
    ],
    ['no entity at all', 'account', 0, '"accountData"', '"leadData"', /accountData must be an object, but is nothing/],
    ['a text that is not JSON', 'lead', 0, /\}$/, '', /the body is not JSON/],
  ])('finds %s', (_title, type, index, from, to, sentence) => {
    const submission = submit(type, index);
    const { violations } = check(submission, { body: edited(submission, from, to) });
    expect(
      violations.some((violation) => sentence.test(violation)),
      violations.join('\n'),
    ).toBe(true);
  });

  it('finds people missing or out of order', () => {
    const group = submit('accountPerson');
    expect(group.people.length).toBeGreaterThan(1);
    const without = stringifyWire(validBody({ ...group, people: group.people.slice(1) }));
    expect(check(group, { body: without }).violations.join()).toMatch(/must hold all \d people submitted/);
    const reversed = stringifyWire(validBody({ ...group, people: [...group.people].reverse() }));
    expect(check(group, { body: reversed }).violations.join()).toMatch(/accountPersonData\[0\].personId must be/);
  });

  it.each([
    ['an unpublished error code', '{"success":false,"errorCode":"OOPS","reason":"x"}', '', /OOPS is not a published/],
    ['a missing error code', '{"success":false,"reason":"x"}', '', /errorCode is missing on a failure/],
    ['a missing reason', '{"success":false,"errorCode":"TIMEOUT"}', '', /reason is missing on a failure/],
    [
      'fields',
      '{"success":false,"errorCode":"TIMEOUT","reason":"x"}',
      ',"email":"a"',
      /of a failure has a key .*: email/,
    ],
    [
      'accessor values',
      '{"success":false,"errorCode":"TIMEOUT","reason":"x"}',
      ',"accessorValues":{}',
      /accessorValues must be absent on a failure/,
    ],
  ])('finds %s on a failure', (_title, activity, rest, sentence) => {
    const lead = submit('lead');
    const body = failure(activity, `"leadData":{"id":${lead.entityId}${rest}}`);
    expect(check(lead, { body }).violations.join('\n')).toMatch(sentence);
  });

  it('finds accessor values nobody asked for', () => {
    const lead = { ...submit('lead'), splitPaths: false };
    expect(check(lead).violations.join()).toMatch(/was not asked for/);
  });

  it('finds a callback at another address or with another method', () => {
    const lead = submit('lead');
    expect(check(lead, { path: '/callbacks/run/2' }).violations.join()).toMatch(/it came to \/callbacks\/run\/2/);
    expect(check(lead, { method: 'PUT' }).violations).toEqual(['the method must be POST, but is PUT']);
  });

  it('validates what it can of an unknown submission', () => {
    const lead = submit('lead');
    const unknown = (body: string): readonly string[] =>
      checkCallback(
        {
          method: 'POST',
          path: '/callbacks/x',
          headers: { ...validHeaders(lead, 'r'), authorization: 'Bearer x' },
          body,
        },
        { submission: null, contractFor: contractOf, requestId: null, apiKey: 'simulator', objectionTo: () => null },
      ).violations;
    expect(unknown(stringifyWire(validBody(lead)))).toEqual([]);
    expect(unknown(edited(lead, '"grade":"A"', '"grade":"Z"')).join()).toMatch(/grade/);
    expect(unknown('{"objectData":[{}]}').join()).toMatch(/holds no leadData, accountData or accountPersonData/);
  });
});
