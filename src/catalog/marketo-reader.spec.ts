import { describe, expect, it } from 'vitest';
import { parseDefinition } from './definition-parser.js';

const VALID = `
apiName: scoring
dialects: [marketo]
i18n: { en_US: { name: Scoring, description: Scores a lead } }
description: Scores a lead
primaryAttribute: mode
invocationPayloadDef:
  globalAttributes: [{ apiName: region, i18n: { en_US: { name: Region } }, dataType: string }]
  flowAttributes: [{ apiName: mode, i18n: { en_US: { displayName: Mode } }, dataType: string, picklist: [strict, lax] }]
  fields: [{ serviceAttribute: email, dataType: email }]
callbackPayloadDef:
  attributes: [{ apiName: seen, i18n: { en_US: { name: Seen } }, dataType: text }]
  fields: [{ serviceAttribute: scored, dataType: score }]
openapi: { title: Scoring, providerName: Test, supportContact: test@example.com }
pipeline: [{ provider: email }]
`;

function problemsOf(text: string): string[] {
  const parsed = parseDefinition(text, 'scoring.yaml');
  return parsed.kind === 'valid' ? [] : parsed.problems.map(({ path, reason }) => `${path} ${reason}`);
}

describe('a definition for Marketo', () => {
  it('is read with every default', () => {
    const parsed = parseDefinition(VALID, 'scoring.yaml');
    expect(parsed.kind === 'valid' && parsed.definition).toMatchObject({
      dialects: ['marketo'],
      entityType: 'lead',
      enableSplitPaths: false,
      marketo: {
        filterName: null,
        caBundle: null,
        contexts: { program: false, campaign: false, trigger: false, programMember: false },
        myTokens: [],
        mapsRequest: false,
        mapsCallback: false,
        icons: { brand: null, service: null },
        instructions: null,
      },
    });
  });

  it('is none of Marketo without the dialect', () => {
    const plain = VALID.replace('dialects: [marketo]', 'supportedEntityType: lead\nenableSplitPaths: false').replace(
      ', picklist: [strict, lax]',
      '',
    );
    const parsed = parseDefinition(plain, 'scoring.yaml');
    expect(parsed.kind === 'valid' && parsed.definition).toMatchObject({
      dialects: ['externalActions'],
      marketo: null,
    });
  });

  it.each<[name: string, from: string, to: string, problem: string]>([
    ['another dialect', '[marketo]', '[campaign]', 'dialects[0] cannot be "campaign"'],
    ['no dialect at all', '[marketo]', '[]', 'dialects is empty'],
    [
      'accounts',
      'primaryAttribute',
      'supportedEntityType: account\nprimaryAttribute',
      'supportedEntityType account does not go',
    ],
    ['split paths', 'primaryAttribute', 'enableSplitPaths: true\nprimaryAttribute', 'enableSplitPaths does not go'],
    ['a default', 'primaryAttribute', 'default: true\nprimaryAttribute', 'default does not go'],
    [
      'a primary field',
      'primaryAttribute: mode',
      'primaryAttribute: email',
      'primaryAttribute "email" does not match a flow attribute',
    ],
    [
      'an overlap',
      'apiName: seen',
      'apiName: mode',
      'callbackPayloadDef.attributes[0].apiName "mode" is a flow attribute too',
    ],
    [
      'a reserved attribute',
      'apiName: seen',
      'apiName: success',
      'callbackPayloadDef.attributes[0].apiName "success" is reserved',
    ],
    [
      'a field of the id',
      'serviceAttribute: email',
      'serviceAttribute: id',
      'invocationPayloadDef.fields[0].serviceAttribute "id" is reserved',
    ],
    [
      'a bundle over http',
      'primaryAttribute',
      'caBundle: http://example.com/ca\nprimaryAttribute',
      'caBundle is not an https address',
    ],
    [
      'an icon elsewhere',
      'primaryAttribute',
      'brandIcon: ../secret.png\nprimaryAttribute',
      'brandIcon is not such a file',
    ],
    [
      'an icon that is none',
      'primaryAttribute',
      'serviceIcon: icon.exe\nprimaryAttribute',
      'serviceIcon is not such a file',
    ],
    [
      'instructions that are none',
      'primaryAttribute',
      'providerInstructions: page.html\nprimaryAttribute',
      'providerInstructions is not such a file',
    ],
    ['an empty picklist', 'picklist: [strict, lax]', 'picklist: []', 'picklist has no choice'],
    ['a choice twice', 'picklist: [strict, lax]', 'picklist: [strict, strict]', 'picklist[1] repeats a value'],
    [
      'a choice without a value',
      'picklist: [strict, lax]',
      'picklist: [{ label: Strict }]',
      'picklist[0].value must be a text',
    ],
    ['an unknown source', 'picklist: [strict, lax]', 'picklist: { from: sheets }', 'picklist.from cannot be "sheets"'],
    [
      'values of no table',
      'picklist: [strict, lax]',
      'picklist: { from: values, column: a }',
      'picklist.table is missing',
    ],
    [
      'a promise of a list',
      'picklist: [strict, lax]',
      'hasPicklist: true',
      'picklist is missing, hasPicklist needs it',
    ],
    ['a list that is denied', 'picklist: [strict, lax]', 'hasPicklist: false, picklist: [a]', 'hasPicklist is false'],
    [
      'force without a list',
      'picklist: [strict, lax]',
      'enforcePicklistSelect: true',
      'enforcePicklistSelect goes with a picklist only',
    ],
    [
      'a token in braces',
      'fields: [{ serviceAttribute: email',
      'myTokenContext: ["{{my.Date}}"]\n  fields: [{ serviceAttribute: email',
      'myTokenContext[0] is not the name',
    ],
    ['an unknown key', 'primaryAttribute', 'filterNames: x\nprimaryAttribute', 'filterNames is not a known key'],
  ])('refuses %s', (_name, from, to, problem) => {
    expect(problemsOf(VALID.replace(from, to)).join('\n')).toContain(problem);
  });
});
