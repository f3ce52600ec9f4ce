import { describe, expect, it } from 'vitest';
import { definitionOf, edited, GROUP_YAML, LEAD_YAML } from './catalog.fixtures.js';
import { problemLine } from './catalog.errors.js';
import { parseDefinition } from './definition-parser.js';
import { buildOpenApiDocument } from './openapi-document.js';
import { buildServiceDefinition } from './service-definition-document.js';

type List = 'fields' | 'accountFields';

function linesOf(yaml: string): string[] {
  const parsed = parseDefinition(yaml, 'x.yaml');
  return parsed.kind === 'valid' ? [] : parsed.problems.map(problemLine);
}

/** The fixture with these fields in the request's list and the callback's list of that name. */
function withFields(yaml: string, list: List, request: object[], callback: object[]): string {
  return edited(yaml, (document) => {
    document.setIn(['invocationPayloadDef', list], document.createNode(request));
    document.setIn(['callbackPayloadDef', list], document.createNode(callback));
  });
}

const EMAIL = { serviceAttribute: 'email', dataType: 'string', required: true };
const PHONE = { serviceAttribute: 'phone', aliases: ['mobile'], dataType: 'string' };
const SINCE = { serviceAttribute: 'since', dataType: 'date' };

function lead(...callback: object[]): string {
  return withFields(LEAD_YAML, 'fields', [EMAIL, PHONE, SINCE], callback);
}

describe('the write policy of a callback field', () => {
  it('is always unless the file says otherwise', () => {
    const fields = definitionOf(
      lead(
        { serviceAttribute: 'a', dataType: 'string' },
        { serviceAttribute: 'phone', dataType: 'string', write: 'always' },
      ),
    ).callback.fields;
    expect(fields).toMatchObject([
      { write: 'always', compareWith: null },
      { write: 'always', compareWith: null },
    ]);
  });

  it.each([
    ['the field of its own name', { serviceAttribute: 'phone' }, 'phone'],
    ['the field whose alias is its name', { serviceAttribute: 'mobile' }, 'phone'],
    ['the field it names', { serviceAttribute: 'phoneE164', compareWith: 'phone' }, 'phone'],
    ['the field of the alias it names', { serviceAttribute: 'phoneE164', compareWith: 'mobile' }, 'phone'],
    ['the field it names instead of the one of its name', { serviceAttribute: 'email', compareWith: 'phone' }, 'phone'],
  ])('compares with %s', (_what, field, compareWith) => {
    const written = { dataType: 'string', write: 'whenEmpty', ...field };
    expect(definitionOf(lead(written)).callback.fields).toMatchObject([{ write: 'whenEmpty', compareWith }]);
  });

  it('compares people with people and accounts with accounts', () => {
    const yaml = edited(GROUP_YAML, (document) => {
      document.setIn(['callbackPayloadDef', 'fields', 0], {
        serviceAttribute: 'title',
        dataType: 'string',
        write: 'whenEmpty',
      });
      document.setIn(['invocationPayloadDef', 'accountFields'], [{ serviceAttribute: 'website', dataType: 'url' }]);
      document.setIn(
        ['callbackPayloadDef', 'accountFields'],
        [{ serviceAttribute: 'domain', dataType: 'string', write: 'whenDifferent', compareWith: 'website' }],
      );
    });
    expect(definitionOf(yaml).callback).toMatchObject({
      fields: [{ write: 'whenEmpty', compareWith: 'title' }],
      accountFields: [{ write: 'whenDifferent', compareWith: 'website' }],
    });
  });

  it('shows in none of the documents Adobe reads', () => {
    const plain = lead(
      { serviceAttribute: 'phone', dataType: 'string' },
      { serviceAttribute: 'e', dataType: 'string' },
    );
    const ruled = lead(
      { serviceAttribute: 'phone', dataType: 'string', write: 'whenEmpty' },
      { serviceAttribute: 'e', dataType: 'string', write: 'whenDifferent', compareWith: 'email' },
    );
    expect(buildServiceDefinition(definitionOf(ruled))).toEqual(buildServiceDefinition(definitionOf(plain)));
    const called = { scheme: 'apiKey', apiKeyName: 'k', apiKeyIn: 'header', tokenUrl: '' } as const;
    const options = { baseUrl: 'https://x.example', ...called };
    const documentOf = (yaml: string): unknown => buildOpenApiDocument(definitionOf(yaml), options);
    expect(documentOf(ruled)).toEqual(documentOf(plain));
  });
});

const CB = 'callbackPayloadDef.fields[0]';

describe('a write policy with a mistake', () => {
  it.each([
    [
      'a word that is none',
      { serviceAttribute: 'phone', write: 'when-empty' },
      `${CB}.write: cannot be "when-empty" (did you mean whenEmpty?)`,
    ],
    [
      'a truth value',
      { serviceAttribute: 'phone', write: true },
      `${CB}.write: cannot be true (use always, whenEmpty or whenDifferent)`,
    ],
    [
      'a name that the request does not have',
      { serviceAttribute: 'phoneE164', write: 'whenEmpty' },
      `${CB}.write: has no value to look at: invocationPayloadDef.fields has no "phoneE164" (add compareWith: with the name of a field of the request)`,
    ],
    [
      'a field to compare with that is misspelt',
      { serviceAttribute: 'phoneE164', write: 'whenEmpty', compareWith: 'pohne' },
      `${CB}.compareWith: "pohne" is not a field of the request (did you mean phone?)`,
    ],
    [
      'a field to compare with that is nowhere',
      { serviceAttribute: 'phoneE164', write: 'whenEmpty', compareWith: 'zzzzzzzzz' },
      `${CB}.compareWith: "zzzzzzzzz" is not a field of the request (use a serviceAttribute of invocationPayloadDef.fields)`,
    ],
    [
      'compareWith alone',
      { serviceAttribute: 'phoneE164', compareWith: 'phone' },
      `${CB}.compareWith: does nothing by itself (add write: whenEmpty or whenDifferent)`,
    ],
    [
      'compareWith beside always',
      { serviceAttribute: 'phoneE164', write: 'always', compareWith: 'phone' },
      `${CB}.compareWith: does nothing when the field is always written (remove it)`,
    ],
    [
      'compareWith that is a number',
      { serviceAttribute: 'phoneE164', write: 'whenEmpty', compareWith: 7 },
      `${CB}.compareWith: must be a text, not the number 7 (put it in quotes)`,
    ],
    [
      'a field that is required',
      { serviceAttribute: 'phone', write: 'whenEmpty', required: true },
      `${CB}.write: whenEmpty may leave the field out, and it is required (remove required: true, or write: always)`,
    ],
    [
      'types that are never equal',
      { serviceAttribute: 'since', dataType: 'integer', write: 'whenDifferent' },
      `${CB}.write: an integer is compared with a date "since" (give both the same dataType, or compare with another field)`,
    ],
  ])('%s is told with its remedy, and nothing else is', (_what, field, line) => {
    expect(linesOf(lead({ dataType: 'string', ...field }))).toEqual([`x.yaml: ${line}`]);
  });

  it('may fill an empty field of any type', () => {
    expect(linesOf(lead({ serviceAttribute: 'since', dataType: 'integer', write: 'whenEmpty' }))).toEqual([]);
  });

  it('is told where a person would be compared with the account, and the other way round', () => {
    const yaml = (list: List, compareWith: string): string =>
      edited(GROUP_YAML, (document) => {
        document.setIn(['invocationPayloadDef', 'accountFields'], [{ serviceAttribute: 'website', dataType: 'url' }]);
        const field = { serviceAttribute: 'found', dataType: 'string', write: 'whenEmpty', compareWith };
        document.setIn(['callbackPayloadDef', list], [field]);
      });
    expect(linesOf(yaml('fields', 'website'))).toEqual([
      `x.yaml: ${CB}.compareWith: "website" is a field of the account, and this one is of the person (use a serviceAttribute of invocationPayloadDef.fields)`,
    ]);
    expect(linesOf(yaml('accountFields', 'title'))).toEqual([
      'x.yaml: callbackPayloadDef.accountFields[0].compareWith: "title" is a field of the person, and this one is of the account (use a serviceAttribute of invocationPayloadDef.accountFields)',
    ]);
  });

  it('is told where a request has no fields at all', () => {
    const found = { serviceAttribute: 'found', dataType: 'string', write: 'whenEmpty' };
    const yaml = edited(GROUP_YAML, (document) => document.setIn(['callbackPayloadDef', 'accountFields'], [found]));
    expect(linesOf(yaml)).toEqual([
      'x.yaml: callbackPayloadDef.accountFields[0].write: has no value to look at: invocationPayloadDef.accountFields has no "found" (add it to invocationPayloadDef.accountFields)',
    ]);
  });

  it('is told of a request’s field and of an attribute, which nothing is written into', () => {
    const lines = linesOf(
      edited(LEAD_YAML, (document) => {
        document.setIn(['invocationPayloadDef', 'fields', 0, 'write'], 'whenEmpty');
        document.setIn(['callbackPayloadDef', 'attributes', 0, 'write'], 'whenEmpty');
        document.setIn(['callbackPayloadDef', 'attributes', 0, 'compareWith'], 'email');
      }),
    );
    const attribute = 'is of fields: an attribute has no value in a request (remove it)';
    expect(lines).toEqual([
      'x.yaml: invocationPayloadDef.fields[0].write: is of callbacks (move it to callbackPayloadDef)',
      `x.yaml: callbackPayloadDef.attributes[0].write: ${attribute}`,
      `x.yaml: callbackPayloadDef.attributes[0].compareWith: ${attribute}`,
    ]);
  });
});
