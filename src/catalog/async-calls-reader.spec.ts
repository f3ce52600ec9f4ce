import { describe, expect, it } from 'vitest';
import { ACCOUNT_YAML, definitionOf, LEAD_YAML } from './catalog.fixtures.js';
import { checkTogether } from './catalog-rules.js';
import { parseDefinition } from './definition-parser.js';

/** The problems of the service when this is appended: `path: reason (remedy)`. */
function problemsWith(text: string, yaml = LEAD_YAML): string[] {
  const parsed = parseDefinition(`${yaml}\n${text}`, 'service.yaml');
  return parsed.kind === 'valid'
    ? []
    : parsed.problems.map(({ path, reason, remedy }) => `${path}: ${reason} (${remedy})`);
}

describe('asyncCalls', () => {
  it('is off by default', () => {
    expect(definitionOf(LEAD_YAML).asyncCalls).toBeNull();
  });

  it('names an object type and says which property is which field', () => {
    const yaml = `${LEAD_YAML}\nasyncCalls: { objectType: Subscriber, fields: { EmailAddress: email, Visits Made: visits } }`;
    expect(definitionOf(yaml).asyncCalls).toEqual({
      objectType: 'Subscriber',
      fields: new Map([
        ['EmailAddress', 'email'],
        ['Visits Made', 'visits'],
      ]),
      maxObjects: 1_000,
    });
  });

  it('takes account services too, and a limit of its own', () => {
    const [field] = definitionOf(ACCOUNT_YAML).invocation.accountFields;
    const yaml = `${ACCOUNT_YAML}\nasyncCalls: { objectType: Account, fields: { Name: ${field?.serviceAttribute} }, maxObjects: 20 }`;
    expect(definitionOf(yaml).asyncCalls).toMatchObject({ objectType: 'Account', maxObjects: 20 });
  });

  it.each([
    ['asyncCalls: yes please', /^asyncCalls: must be a mapping/],
    ['asyncCalls: { fields: { A: email } }', /^asyncCalls.objectType: is missing/],
    [
      'asyncCalls: { objectType: "ns:Subscriber", fields: { A: email } }',
      /^asyncCalls.objectType: .*without its prefix/,
    ],
    ['asyncCalls: { objectType: Subscriber }', /^asyncCalls.fields: maps no property/],
    ['asyncCalls: { objectType: Subscriber, fields: {} }', /^asyncCalls.fields: maps no property/],
    ['asyncCalls: { objectType: Subscriber, fields: [A] }', /^asyncCalls.fields: must be a mapping/],
    [
      'asyncCalls: { objectType: Subscriber, fields: { A: emial } }',
      /^asyncCalls.fields.A: .*\(did you mean email\?\)/,
    ],
    [
      'asyncCalls: { objectType: Subscriber, fields: { A: qqqqqqqqqq } }',
      /use a serviceAttribute of invocationPayloadDef.fields/,
    ],
    [
      'asyncCalls: { objectType: Subscriber, fields: { A: 7 } }',
      /^asyncCalls.fields.A: must be a field .*not the number 7/,
    ],
    [
      'asyncCalls: { objectType: Subscriber, fields: { A: email }, maxObjects: 0 }',
      /^asyncCalls.maxObjects: 0 is out of range/,
    ],
    ['asyncCalls: { objectType: Subscriber, fields: { A: email }, maxObjects: 40000 }', /32766/],
    ['asyncCalls: { objectType: Subscriber, fields: { A: email }, maxObjects: many }', /must be a number/],
    [
      'asyncCalls: { objectTyp: Subscriber, objectType: S, fields: { A: email } }',
      /objectTyp: is not a known key .*did you mean objectType/,
    ],
  ])('%s is a problem', (text, problem) => {
    const problems = problemsWith(text);
    expect(
      problems.filter((one) => problem.test(one)),
      problems.join('\n'),
    ).toHaveLength(1);
  });

  it('does not go with accounts and their people', () => {
    const group = LEAD_YAML.replace('supportedEntityType: lead', 'supportedEntityType: accountPerson');
    expect(problemsWith('asyncCalls: { objectType: A, fields: { A: email } }', group)).toContainEqual(
      expect.stringContaining('does not go with the entity type accountPerson'),
    );
  });

  it('is one service per object type', () => {
    const first = definitionOf(`${LEAD_YAML}\nasyncCalls: { objectType: Subscriber, fields: { A: email } }`);
    const second = { ...first, apiName: 'other', isDefault: false, openapi: { ...first.openapi, title: 'Other' } };
    const loaded = [first, second].map((definition, index) => ({ file: `${index}.yaml`, definition }));
    expect(checkTogether(loaded)).toEqual([
      expect.objectContaining({
        file: '1.yaml',
        path: 'asyncCalls.objectType',
        reason: expect.stringContaining('0.yaml') as string,
      }),
    ]);
  });
});
