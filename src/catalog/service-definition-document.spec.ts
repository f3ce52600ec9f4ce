import { describe, expect, it } from 'vitest';
import { ACCOUNT_YAML, definitionOf, GROUP_YAML, LEAD_YAML } from './catalog.fixtures.js';
import { buildServiceDefinition } from './service-definition-document.js';

describe('the service definition Adobe reads', () => {
  it('has every key of the contract, wire types, and both spellings of headers', () => {
    expect(buildServiceDefinition(definitionOf(LEAD_YAML))).toEqual({
      apiName: 'mail-check',
      i18n: { en_US: { name: 'Mail check', description: 'Checks an address' } },
      description: 'Says whether an e-mail address can be written to',
      primaryAttribute: 'checkType',
      supportedEntityType: 'lead',
      enableSplitPaths: true,
      timeout: 30,
      invocationPayloadDef: {
        globalAttributes: [
          {
            apiName: 'region',
            i18n: { en_US: { displayName: 'Region', description: 'Where to look' } },
            dataType: 'string',
            required: false,
          },
        ],
        flowAttributes: [
          {
            apiName: 'checkType',
            i18n: { en_US: { displayName: 'Kind of check' } },
            dataType: 'string',
            required: true,
          },
        ],
        fields: [
          { serviceAttribute: 'email', dataType: 'string', description: 'The address', required: true },
          { serviceAttribute: 'visits', dataType: 'integer', required: false },
        ],
        headers: [{ name: 'X-Partner', value: 'acme', headerName: 'X-Partner', defaultValue: 'acme' }],
        journeyContext: true,
        subscriptionContext: false,
        accessorsMetadata: [
          {
            accessorName: 'grade',
            dataType: 'integer',
            description: 'Better is higher',
            constraints: { minValue: 0, maxValue: 100, allowedValues: [0, 50, 100] },
          },
          { accessorName: 'kind', dataType: 'string' },
        ],
      },
      callbackPayloadDef: {
        fields: [
          { serviceAttribute: 'grade', dataType: 'integer', required: false },
          { serviceAttribute: 'website', dataType: 'string', required: false },
        ],
        attributes: [
          { apiName: 'checkedBy', i18n: { en_US: { displayName: 'Checked by' } }, dataType: 'string', required: false },
        ],
      },
    });
  });

  it.each([
    ['account', ACCOUNT_YAML, ['accountFields']],
    ['lead', LEAD_YAML, ['fields']],
    ['accountPerson', GROUP_YAML, ['fields', 'accountFields']],
  ])('has the lists of %s in both payload definitions and no other', (_type, yaml, lists) => {
    const document = JSON.parse(JSON.stringify(buildServiceDefinition(definitionOf(yaml)))) as Record<string, object>;
    for (const part of ['invocationPayloadDef', 'callbackPayloadDef']) {
      const keys = Object.keys(document[part] ?? {}).filter((key) => /^(fields|accountFields)$/.test(key));
      expect(keys).toEqual(lists);
    }
  });

  it('keeps our own keys to ourselves', () => {
    const keys = Object.keys(buildServiceDefinition(definitionOf(LEAD_YAML)));
    expect(keys).not.toEqual(expect.arrayContaining(['pipeline']));
    expect(keys).toHaveLength(9);
  });
});
