import { describe, expect, it } from 'vitest';
import { writeEntityRequest, writeGroupRequest } from './execution-request.js';
import { contractOf } from './fake-service.fixtures.js';
import { generateAccount, generateGroup, generateLead } from './people-generator.js';
import { readSubmission } from './submission.js';

const INDEXES = Array.from({ length: 100 }, (_, index) => index);

describe('the people generator', () => {
  it('makes the same subjects for the same seed', () => {
    for (const generate of [generateLead, generateAccount, generateGroup]) {
      expect(INDEXES.map((index) => generate('a', index))).toEqual(INDEXES.map((index) => generate('a', index)));
    }
  });

  it('makes other subjects for another seed', () => {
    expect(INDEXES.map((index) => generateLead('a', index))).not.toEqual(
      INDEXES.map((index) => generateLead('b', index)),
    );
  });

  it('always fills what services require and leaves some of the rest empty', () => {
    const leads = INDEXES.map((index) => generateLead('a', index).values);
    expect(leads.every((values) => typeof values['email'] === 'string' && values['email'] !== '')).toBe(true);
    expect(leads.some((values) => values['phone'] === undefined)).toBe(true);
    const accounts = INDEXES.map((index) => generateAccount('a', index).values);
    expect(accounts.every((values) => typeof values['companyname'] === 'string')).toBe(true);
  });

  it('mixes scripts, free and disposable mail, mistyped domains and unusable addresses', () => {
    const leads = INDEXES.map((index) => generateLead('a', index).values);
    const emails = leads.map((values) => String(values['email'])).join('\n');
    expect(emails).toMatch(/gmail\.com|yahoo\.com|outlook\.com|gmx\.de|qq\.com/);
    expect(emails).toMatch(/mailinator\.com|guerrillamail\.com|yopmail\.com/);
    expect(emails).toMatch(/gmial\.com|yaho\.com|hotmial\.com|outlok\.com/);
    expect(emails.split('\n').some((email) => !/^.+@.+\..+$/.test(email))).toBe(true);
    const names = leads.map((values) => String(values['firstname'])).join('');
    for (const script of [/\p{Script=Latin}/u, /\p{Script=Han}/u, /\p{Script=Cyrillic}/u])
      expect(names).toMatch(script);
  });

  it('has ids beyond 2^53, ids that are no numbers, and digits as text, each unique', () => {
    const ids = INDEXES.map((index) => generateLead('a', index).id);
    expect(ids.some((id) => typeof id === 'bigint' && id > BigInt(Number.MAX_SAFE_INTEGER))).toBe(true);
    expect(ids.some((id) => typeof id === 'string' && !/^\d+$/.test(id))).toBe(true);
    expect(ids.some((id) => typeof id === 'string' && /^\d+$/.test(id))).toBe(true);
    expect(new Set(ids.map(String)).size).toBe(ids.length);
    const people = INDEXES.flatMap((index) => generateGroup('a', index).people);
    expect(new Set(people.map((person) => String(person.relId))).size).toBe(people.length);
    expect(new Set(people.map((person) => String(person.id))).size).toBe(people.length);
  });
});

describe('an execution request', () => {
  const options = (type: 'lead' | 'accountPerson') => ({
    contract: contractOf(type),
    callbackUrl: 'http://127.0.0.1:4010/callbacks/run/lead-3',
    runId: 'run',
    timeoutMinutes: 5,
  });

  it('carries ids beyond 2^53 digit for digit and three paths, the last an empty default', () => {
    const lead = generateLead('a', 3);
    const submission = readSubmission(writeEntityRequest(lead, options('lead')), contractOf('lead'));
    expect(submission.entityId).toBe(String(lead.id));
    expect(submission.paths).toEqual([
      { pathId: 'path-1', conditions: [{ accessor: 'score', operator: 'greaterThanOrEqual', values: ['70'] }] },
      { pathId: 'path-2', conditions: [{ accessor: 'grade', operator: 'is', values: ['A', 'B'] }] },
      { pathId: 'default', conditions: [] },
    ]);
  });

  it('sends declared fields only, the required ones always', () => {
    const submission = readSubmission(writeEntityRequest(generateLead('a', 0), options('lead')), null);
    expect(['email', 'firstName']).toEqual(expect.arrayContaining(Object.keys(submission.sent)));
    expect(submission.sent).toHaveProperty('email');
  });

  it('never uses a token twice', () => {
    const group = generateGroup('a', 0);
    const tokens = INDEXES.map(() => readSubmission(writeGroupRequest(group, options('accountPerson')), null).token);
    expect(new Set(tokens).size).toBe(tokens.length);
  });
});
