import { describe, expect, it } from 'vitest';
import { ACCOUNT_YAML, definitionOf, type Edit, edited, INV, LEAD_YAML, set } from './catalog.fixtures.js';

describe('a valid service file', () => {
  it('is read with every key', () => {
    const definition = definitionOf(LEAD_YAML);
    expect(definition).toMatchObject({
      apiName: 'mail-check',
      name: 'Mail check',
      i18nDescription: 'Checks an address',
      entityType: 'lead',
      isDefault: true,
      timeoutMinutes: 30,
      auth: 'apiKey',
      callback: { attributes: [{ apiName: 'checkedBy', displayName: 'Checked by', dataType: 'text' }] },
      openapi: { title: 'Mail check service', version: '2.1.0', extensions: { 'x-audience': 'journeys' } },
    });
    expect(definition.invocation).toMatchObject({
      globalAttributes: [{ displayName: 'Region', description: 'Where to look', required: false }],
      fields: [{ serviceAttribute: 'email', dataType: 'email', required: true }, { dataType: 'score' }],
      headers: [{ name: 'X-Partner', value: 'acme' }],
      subscriptionContext: false,
      accessors: [
        { accessorName: 'grade', minValue: 0, maxValue: 100, allowedValues: [0, 50, 100] },
        { minValue: null },
      ],
    });
    expect(definition.pipeline).toEqual([
      { name: 'syntax', provider: 'email', required: true, timeoutMs: 500, settings: { resolve: false } },
      { name: 'email', provider: 'email', required: false, timeoutMs: 120_000, settings: {} },
    ]);
  });

  it('gets every default filled in', () => {
    expect(definitionOf(ACCOUNT_YAML)).toMatchObject({
      timeoutMinutes: 60,
      isDefault: false,
      enabled: true,
      auth: null,
      invocation: { globalAttributes: [], headers: [], journeyContext: true, subscriptionContext: true, accessors: [] },
      callback: { attributes: [] },
      openapi: {
        title: 'Company profile',
        version: '1.0.0',
        description: 'Looks a company up',
        contact: { name: 'Acme', email: null, url: 'https://acme.example/help' },
        extensions: {},
      },
      pipeline: [{ name: 'company', required: false, timeoutMs: 10_000 }],
    });
  });

  it.each<readonly [string, Edit]>([
    ['headerName and defaultValue', set([INV, 'headers', 0], { headerName: 'X-Partner', defaultValue: 'acme' })],
    [
      'all four header keys',
      set([INV, 'headers', 0], { name: 'X-Partner', value: 'acme', headerName: 'X-Partner', defaultValue: 'acme' }),
    ],
    [
      'flat accessor constraints',
      set([INV, 'accessorsMetadata', 0], {
        accessorName: 'grade',
        dataType: 'integer',
        description: 'Better is higher',
        minValue: 0,
        maxValue: 100,
        allowedValues: [0, 50, 100],
      }),
    ],
    [
      'a flat displayName',
      set([INV, 'flowAttributes', 0], {
        apiName: 'checkType',
        displayName: 'Kind of check',
        dataType: 'string',
        required: true,
      }),
    ],
    [
      'serviceAttribute for a flow attribute',
      set([INV, 'flowAttributes', 0], {
        serviceAttribute: 'checkType',
        i18n: { en_US: { displayName: 'Kind of check' } },
        dataType: 'string',
        required: true,
      }),
    ],
    ['apiName for a field', set([INV, 'fields', 1], { apiName: 'visits', dataType: 'score' })],
    ['a localized field description', set([INV, 'fields', 0, 'description'], { en_US: 'The address' })],
    ['an empty list of the other entity type', set([INV, 'accountFields'], [])],
    ['an empty optional key', set(['timeout'], 30)],
  ])('means the same in the other spelling: %s', (_title, edit) => {
    expect(definitionOf(edited(LEAD_YAML, edit))).toEqual(definitionOf(LEAD_YAML));
  });

  it('keeps what Adobe’s samples say in the spelling of the other list', () => {
    const yaml = edited(LEAD_YAML, (document) => {
      set([INV, 'flowAttributes', 0], {
        serviceAttribute: 'checkType',
        description: 'Quick or full',
        dataType: 'string',
      })(document);
      set([INV, 'fields', 1], {
        apiName: 'visits',
        i18n: { en_US: { displayName: 'Visits', description: 'How often' } },
        dataType: 'score',
      })(document);
      set([INV, 'headers', 0], { headerName: 'X-Partner', defaultValue: 'acme', description: 'Who asks' })(document);
    });
    expect(definitionOf(yaml).invocation).toMatchObject({
      flowAttributes: [{ apiName: 'checkType', displayName: 'checkType', description: 'Quick or full' }],
      fields: [{}, { serviceAttribute: 'visits', displayName: 'Visits', description: 'How often' }],
      headers: [{ name: 'X-Partner', description: 'Who asks' }],
    });
  });

  it('keeps every language of every text', () => {
    const yaml = edited(LEAD_YAML, (document) => {
      set(['i18n', 'de_DE'], { name: 'Prüfung', description: 'Prüft eine Adresse' })(document);
      set([INV, 'flowAttributes', 0, 'i18n', 'fr_FR'], { displayName: 'Type' })(document);
      set([INV, 'fields', 0, 'description'], { en_US: 'The address', ja_JP: '住所' })(document);
    });
    const definition = definitionOf(yaml);
    expect(definition.translations).toEqual({ de_DE: { name: 'Prüfung', description: 'Prüft eine Adresse' } });
    expect(definition.invocation.flowAttributes[0]?.translations).toEqual({ fr_FR: { displayName: 'Type' } });
    expect(definition.invocation.fields[0]).toMatchObject({
      description: 'The address',
      translations: { ja_JP: { description: '住所' } },
    });
  });

  it('may use anchors', () => {
    const yaml = LEAD_YAML.replace('name: Acme Support', 'name: &who Acme Support').replace(
      'x-audience: journeys',
      'x-audience: *who',
    );
    expect(definitionOf(yaml).openapi.extensions).toEqual({ 'x-audience': 'Acme Support' });
  });
});
