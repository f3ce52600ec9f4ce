import { describe, expect, it } from 'vitest';
import type { Document } from 'yaml';
import { ACCOUNT_YAML, definitionOf, type Edit, edited, GROUP_YAML, INV, LEAD_YAML, set } from './catalog.fixtures.js';
import { problemLine } from './catalog.errors.js';
import { parseDefinition } from './definition-parser.js';

const FILE = 'services/x.yaml';
const CB = 'callbackPayloadDef';

function linesOf(yaml: string): string[] {
  const parsed = parseDefinition(yaml, FILE);
  return parsed.kind === 'valid' ? [] : parsed.problems.map(problemLine);
}

function drop(...path: readonly (string | number)[]): Edit {
  return (document) => document.deleteIn(path);
}

function attribute(apiName: string): object {
  return { apiName, i18n: { en_US: { displayName: apiName } }, dataType: 'string' };
}

/** Every rule, one row: what is wrong, the edit of a valid file, and the one line an operator sees after its name. */
const BAD: readonly (readonly [string, Edit, string])[] = [
  ['no apiName', drop('apiName'), 'apiName: is missing (add a text)'],
  ['an empty apiName', set(['apiName'], ' '), 'apiName: is empty (write a text or remove the key)'],
  ['a numeric apiName', set(['apiName'], 7), 'apiName: must be a text, not the number 7 (put it in quotes)'],
  ['an apiName with a slash', set(['apiName'], 'a/b'), 'apiName: has characters an address cannot have (start with'],
  ['no i18n', drop('i18n'), 'i18n: is missing (add i18n.en_US with name and description)'],
  ['no en_US', set(['i18n'], {}), 'i18n.en_US: is missing (add it)'],
  ['no name', drop('i18n', 'en_US', 'name'), 'i18n.en_US.name: is missing (add a text)'],
  ['no i18n description', drop('i18n', 'en_US', 'description'), 'i18n.en_US.description: is missing (add a text)'],
  [
    'an unknown text in another language',
    set(['i18n', 'de_DE'], { nmae: 'Prüfung' }),
    'i18n.de_DE.nmae: is not a known key (did you mean name?)',
  ],
  ['a language that is no mapping', set(['i18n', 'de_DE'], 'Prüfung'), 'i18n.de_DE: must be a mapping, not a text ('],
  ['no description', drop('description'), 'description: is missing (add a text)'],
  ['no primaryAttribute', drop('primaryAttribute'), 'primaryAttribute: is missing (add a text)'],
  [
    'a primaryAttribute that is no flow attribute',
    set(['primaryAttribute'], 'region'),
    'primaryAttribute: "region" is not a flow attribute (use the apiName of one of invocationPayloadDef.flowAttributes)',
  ],
  [
    'a primaryAttribute that is a callback attribute',
    set([CB, 'attributes', 0], attribute('checkType')),
    'primaryAttribute: "checkType" is a callback attribute too (rename the callback attribute)',
  ],
  [
    'no entity type',
    drop('supportedEntityType'),
    'supportedEntityType: is missing (write lead, account or accountPerson)',
  ],
  [
    'a misspelt entity type',
    set(['supportedEntityType'], 'leads'),
    'supportedEntityType: cannot be "leads" (did you mean lead?)',
  ],
  [
    'two entity types',
    set(['supportedEntityType'], ['lead', 'account']),
    'supportedEntityType: cannot be a list (use lead, account or accountPerson)',
  ],
  ['no enableSplitPaths', drop('enableSplitPaths'), 'enableSplitPaths: is missing (write true or false)'],
  [
    'a quoted boolean',
    set(['enableSplitPaths'], 'true'),
    'enableSplitPaths: must be true or false, not a text (write true or false, without quotes)',
  ],
  ['a timeout of nothing', set(['timeout'], 0), 'timeout: 0 is out of range (write whole minutes from 1 to 240)'],
  ['a timeout too long', set(['timeout'], 241), 'timeout: 241 is out of range (write whole minutes from 1 to 240)'],
  ['half a minute', set(['timeout'], 2.5), 'timeout: 2.5 is out of range (write whole minutes from 1 to 240)'],
  ['a timeout with a unit', set(['timeout'], '30m'), 'timeout: must be a number, not a text (write a number'],
  ['an odd default', set(['default'], 'lead'), 'default: must be true or false, not a text'],
  ['an odd enabled', set(['enabled'], 1), 'enabled: must be true or false, not the number 1'],
  ['an unknown scheme', set(['auth'], 'apikey'), 'auth: cannot be "apikey" (did you mean apiKey?)'],
  ['an unknown key', set(['timeOut'], 5), 'timeOut: is not a known key (did you mean timeout?)'],
  ['a far-off key', set(['campaigns'], []), 'campaigns: is not a known key (remove it)'],
  [
    'a comma in an unquoted text',
    set([INV, 'fields', 1, 'in percent'], null),
    `${INV}.fields[1].in percent: is not a known key (remove it; if it is part of a text inside { }, quote the text)`,
  ],
  ['no callback', drop(CB), `${CB}: is missing (say what the service answers with)`],
  ['a list as callback', set([CB], []), `${CB}: must be a mapping, not a list (write its keys below it, indented)`],
  [
    'account fields of a lead',
    set([INV, 'accountFields'], [{ serviceAttribute: 'domain', dataType: 'string' }]),
    `${INV}.accountFields: does not go with the entity type lead (use fields)`,
  ],
  ['fields that are no list', set([INV, 'fields'], 'email'), `${INV}.fields: must be a list, not a text (start every`],
  ['a field that is a text', set([INV, 'fields', 1], 'visits'), `${INV}.fields[1]: must be a mapping, not a text`],
  [
    'a field without a name',
    drop(INV, 'fields', 0, 'serviceAttribute'),
    `${INV}.fields[0].serviceAttribute: is missing`,
  ],
  [
    'a field without a type',
    drop(INV, 'fields', 0, 'dataType'),
    `${INV}.fields[0].dataType: is missing (write string,`,
  ],
  ['an unknown type', set([INV, 'fields', 0, 'dataType'], 'int'), `${INV}.fields[0].dataType: cannot be "int" (`],
  [
    'a field named id',
    set([CB, 'fields', 0, 'serviceAttribute'], 'id'),
    `${CB}.fields[0].serviceAttribute: "id" is reserved (choose another name)`,
  ],
  [
    'a field named like the accessors',
    set([CB, 'fields', 0, 'serviceAttribute'], 'accessorValues'),
    `${CB}.fields[0].serviceAttribute: "accessorValues" is reserved (choose another name)`,
  ],
  [
    'a field with a blank in its name',
    set([INV, 'fields', 0, 'serviceAttribute'], 'e mail'),
    `${INV}.fields[0].serviceAttribute: has characters a name cannot have (start with a letter; use`,
  ],
  [
    'a field that reaches for a prototype',
    set([INV, 'fields', 0, 'serviceAttribute'], '__proto__'),
    `${INV}.fields[0].serviceAttribute: "__proto__" is reserved`,
  ],
  [
    'a field twice',
    set([INV, 'fields', 1, 'serviceAttribute'], 'email'),
    `${INV}.fields[1].serviceAttribute: "email" is already used by ${INV}.fields[0] (remove one of the two)`,
  ],
  [
    'a field key misspelt',
    set([INV, 'fields', 0, 'require'], true),
    `${INV}.fields[0].require: is not a known key (did you mean required?)`,
  ],
  [
    'an attribute without a name',
    drop(INV, 'globalAttributes', 0, 'apiName'),
    `${INV}.globalAttributes[0].apiName: is missing`,
  ],
  [
    'an attribute without a display name',
    drop(INV, 'flowAttributes', 0, 'i18n'),
    `${INV}.flowAttributes[0].i18n.en_US.displayName: is missing (write the name people see)`,
  ],
  ['an attribute without a type', drop(CB, 'attributes', 0, 'dataType'), `${CB}.attributes[0].dataType: is missing`],
  ...['success', 'errorCode', 'reason'].map(
    (name) =>
      [
        `a callback attribute named ${name}`,
        set([CB, 'attributes', 0, 'apiName'], name),
        `${CB}.attributes[0].apiName: "${name}" is reserved (choose another name)`,
      ] as const,
  ),
  [
    'an odd required',
    set([INV, 'fields', 0, 'required'], 'yes'),
    `${INV}.fields[0].required: must be true or false, not a text`,
  ],
  ['a header without a name', drop(INV, 'headers', 0, 'name'), `${INV}.headers[0].name: is missing (add a text)`],
  [
    'a header no HTTP knows',
    set([INV, 'headers', 0, 'name'], 'X Y'),
    `${INV}.headers[0].name: is not a legal HTTP header name`,
  ],
  [
    'a header of HTTP itself',
    set([INV, 'headers', 0, 'name'], 'Content-Type'),
    `${INV}.headers[0].name: "Content-Type" is reserved`,
  ],
  [
    'a header value over two lines',
    set([INV, 'headers', 0, 'value'], 'a\nb'),
    `${INV}.headers[0].value: is not a legal HTTP header value`,
  ],
  [
    'a header twice in two cases',
    set([INV, 'headers', 1], { headerName: 'x-partner' }),
    `${INV}.headers[1].headerName: "x-partner" is already used by ${INV}.headers[0]`,
  ],
  [
    'both spellings at odds',
    set([INV, 'headers', 0, 'headerName'], 'X-Other'),
    `${INV}.headers[0].headerName: says something else than name (keep one of the two spellings)`,
  ],
  [
    'an odd journeyContext',
    set([INV, 'journeyContext'], {}),
    `${INV}.journeyContext: must be true or false, not a mapping`,
  ],
  [
    'split paths without accessors',
    drop(INV, 'accessorsMetadata'),
    `${INV}.accessorsMetadata: is missing, enableSplitPaths needs it (declare`,
  ],
  [
    'an accessor without a name',
    drop(INV, 'accessorsMetadata', 0, 'accessorName'),
    `${INV}.accessorsMetadata[0].accessorName: is missing`,
  ],
  [
    'an accessor of a rich type',
    set([INV, 'accessorsMetadata', 1, 'dataType'], 'email'),
    `${INV}.accessorsMetadata[1].dataType: cannot be "email" (`,
  ],
  [
    'a limit of a date',
    set([INV, 'accessorsMetadata', 1], { accessorName: 'since', dataType: 'date', constraints: { minValue: 2026 } }),
    `${INV}.accessorsMetadata[1].constraints.minValue: does not go with the type date (`,
  ],
  [
    'an allowed value that is no date',
    set([INV, 'accessorsMetadata', 1], {
      accessorName: 'since',
      dataType: 'date',
      constraints: { allowedValues: ['31.01.2026'] },
    }),
    `${INV}.accessorsMetadata[1].constraints.allowedValues[0]: must have the type date, but is a text (`,
  ],
  [
    'an allowed day that does not exist',
    set([INV, 'accessorsMetadata', 1], {
      accessorName: 'since',
      dataType: 'date',
      constraints: { allowedValues: ['2026-01-31', '2026-02-30'] },
    }),
    `${INV}.accessorsMetadata[1].constraints.allowedValues[1]: must have the type date, but is a text (`,
  ],
  [
    'an alias that is no name',
    set([INV, 'fields', 0, 'aliases'], ['e mail']),
    `${INV}.fields[0].aliases[0]: is not a name`,
  ],
  ['an alias that is no list', set([INV, 'fields', 0, 'aliases'], 'mail'), `${INV}.fields[0].aliases: must be a list`],
  [
    'an alias that is a field',
    set([INV, 'fields', 0, 'aliases'], ['visits']),
    `${INV}.fields[0].aliases: "visits" is already used by ${INV}.fields[1] (`,
  ],
  [
    'an alias of two fields',
    set(
      [INV, 'fields'],
      [
        { serviceAttribute: 'email', aliases: ['mail'], dataType: 'email', required: true },
        { serviceAttribute: 'visits', aliases: ['mail'], dataType: 'score' },
      ],
    ),
    `${INV}.fields[1].aliases: "mail" is already used by ${INV}.fields[0] (`,
  ],
  [
    'limits the wrong way round',
    set([INV, 'accessorsMetadata', 0, 'constraints'], { minValue: 5, maxValue: 1 }),
    `${INV}.accessorsMetadata[0].constraints.minValue: 5 is above maxValue 1 (swap the two)`,
  ],
  [
    'a limit of a text',
    set([INV, 'accessorsMetadata', 1, 'minValue'], 1),
    `${INV}.accessorsMetadata[1].minValue: does not go with the type string (remove it, or use integer or float)`,
  ],
  [
    'a fraction as the limit of integers',
    set([INV, 'accessorsMetadata', 0, 'constraints'], { minValue: 0.5 }),
    `${INV}.accessorsMetadata[0].constraints.minValue: must be a whole number, not 0.5`,
  ],
  [
    'an infinite limit',
    set([INV, 'accessorsMetadata', 0, 'constraints'], { maxValue: Infinity }),
    `${INV}.accessorsMetadata[0].constraints.maxValue: must be a number, not the number Infinity`,
  ],
  [
    'a limit in both places',
    set([INV, 'accessorsMetadata', 0, 'minValue'], 3),
    `${INV}.accessorsMetadata[0].minValue: says something else than constraints.minValue (keep one of the two)`,
  ],
  [
    'an allowed value of another type',
    set([INV, 'accessorsMetadata', 0, 'constraints', 'allowedValues', 1], '50'),
    `${INV}.accessorsMetadata[0].constraints.allowedValues[1]: must have the type integer, but is a text`,
  ],
  [
    'an allowed value outside the limits',
    set([INV, 'accessorsMetadata', 0, 'constraints', 'allowedValues', 1], 101),
    `${INV}.accessorsMetadata[0].constraints.allowedValues[1]: 101 is outside minValue and maxValue`,
  ],
  [
    'an allowed value twice',
    set([INV, 'accessorsMetadata', 0, 'constraints', 'allowedValues', 1], 0),
    `${INV}.accessorsMetadata[0].constraints.allowedValues[1]: is in the list already`,
  ],
  [
    'no allowed value',
    set([INV, 'accessorsMetadata', 0, 'constraints', 'allowedValues'], []),
    `${INV}.accessorsMetadata[0].constraints.allowedValues: is empty, so no value would ever be sent`,
  ],
  [
    'a constraint misspelt',
    set([INV, 'accessorsMetadata', 0, 'constraints', 'maximum'], 5),
    `${INV}.accessorsMetadata[0].constraints.maximum: is not a known key (`,
  ],
  [
    'an accessor twice',
    set([INV, 'accessorsMetadata', 1, 'accessorName'], 'grade'),
    `${INV}.accessorsMetadata[1].accessorName: "grade" is already used by ${INV}.accessorsMetadata[0]`,
  ],
  [
    'no openapi',
    drop('openapi'),
    'openapi: is missing (add it with providerName and supportContact: Adobe requires both)',
  ],
  ['no providerName', drop('openapi', 'providerName'), 'openapi.providerName: is missing (add a text)'],
  ['no supportContact', drop('openapi', 'supportContact'), 'openapi.supportContact: is missing (add a text)'],
  [
    'an unquoted version',
    set(['openapi', 'version'], 1.5),
    'openapi.version: must be a text, not the number 1.5 (put it',
  ],
  ['an odd address', set(['openapi', 'contact', 'email'], 'acme'), 'openapi.contact.email: is not an e-mail address'],
  ['an odd link', set(['openapi', 'contact', 'url'], 'acme'), 'openapi.contact.url: is not a web address'],
  [
    'an extension without x-',
    set(['openapi', 'extensions', 'foo'], 1),
    'openapi.extensions.foo: is not an extension (write x-foo)',
  ],
  [
    'an extension of ours',
    set(['openapi', 'extensions', 'x-schemaVersion'], '2.0.0'),
    'openapi.extensions.x-schemaVersion: is reserved (it is always 1.0.0)',
  ],
  ['no pipeline', drop('pipeline'), 'pipeline: is missing (list at least one step, e.g. - provider: email)'],
  [
    'an empty pipeline',
    set(['pipeline'], []),
    'pipeline: has no steps (list at least one step, e.g. - provider: email)',
  ],
  ['a step without a provider', drop('pipeline', 0, 'provider'), 'pipeline[0].provider: is missing (add a text)'],
  [
    'a provider with a blank',
    set(['pipeline', 0, 'provider'], 'e mail'),
    'pipeline[0].provider: has characters a name',
  ],
  [
    'a step name with a blank',
    set(['pipeline', 0, 'name'], 'a b'),
    'pipeline[0].name: has characters a name cannot have',
  ],
  [
    'a step twice',
    set(['pipeline', 0, 'name'], 'email'),
    'pipeline[1].name: "email" is already used by pipeline[0] (give every step a name of its own)',
  ],
  [
    'a step timeout without a unit',
    set(['pipeline', 0, 'timeout'], 10),
    'pipeline[0].timeout: must be a duration, not the number 10 (add a unit, e.g. 500ms, 10s, 2m)',
  ],
  [
    'a step timeout in odd units',
    set(['pipeline', 0, 'timeout'], '10 sec'),
    'pipeline[0].timeout: "10 sec" is not a duration (write a number and a unit, e.g. 500ms, 10s, 2m)',
  ],
  [
    'a step timeout of nothing',
    set(['pipeline', 0, 'timeout'], '0s'),
    'pipeline[0].timeout: "0s" leaves no time at all',
  ],
  [
    'a step longer than its service',
    set(['pipeline', 0, 'timeout'], '31m'),
    'pipeline[0].timeout: "31m" is longer than the service\'s timeout of 30m (shorten it)',
  ],
  [
    'settings that are a list',
    set(['pipeline', 0, 'settings'], []),
    'pipeline[0].settings: must be a mapping, not a list',
  ],
  [
    'a step key misspelt',
    set(['pipeline', 0, 'setting'], {}),
    'pipeline[0].setting: is not a known key (did you mean settings?)',
  ],
];

describe('a service file with one mistake', () => {
  it.each(BAD)('says so in one line: %s', (_title, edit, line) => {
    const lines = linesOf(edited(LEAD_YAML, edit));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`${FILE}: ${line}`);
    expect(lines[0]).toMatch(/ \(.+\)$/);
  });

  it.each([
    ['lead', LEAD_YAML, ['fields'], `${INV}.fields: is missing, lead needs it`],
    ['account', ACCOUNT_YAML, ['accountFields'], `${INV}.accountFields: is missing, account needs it`],
    ['accountPerson', GROUP_YAML, ['fields', 'accountFields'], `${INV}.fields: is missing, accountPerson needs it`],
  ])('names the list that %s needs in one definition at least', (_type, yaml, lists, line) => {
    const without = edited(yaml, (document) => {
      for (const list of lists) for (const section of [INV, CB]) drop(section, list)(document);
    });
    expect(linesOf(without)).toEqual([expect.stringContaining(line)]);
  });

  it.each([
    ['no fields to send', LEAD_YAML, drop(INV, 'fields')],
    ['no fields to answer with', LEAD_YAML, drop(CB, 'fields')],
    ['no account fields to answer with', ACCOUNT_YAML, drop(CB, 'accountFields')],
    [
      'people alone',
      GROUP_YAML,
      (document: Document) => [INV, CB].forEach((at) => drop(at, 'accountFields')(document)),
    ],
    ['a field as its primary attribute', LEAD_YAML, set(['primaryAttribute'], 'email')],
    ['a version', LEAD_YAML, set(['serviceVersion'], '1.0')],
    ['relationships', GROUP_YAML, set([INV, 'accountPersonRelationships'], [{ serviceAttribute: 'role' }])],
    ['an empty description', LEAD_YAML, set([INV, 'fields', 0, 'description'], '')],
    ['an empty name in another language', LEAD_YAML, set([INV, 'fields', 0, 'i18n'], { fr_FR: { displayName: '' } })],
    ['a header in two languages', LEAD_YAML, set([INV, 'headers', 0, 'i18n'], { de_DE: { description: 'Wer fragt' } })],
  ])('may have, as Adobe’s guide does, %s', (_what, yaml, edit) => {
    expect(linesOf(edited(yaml, edit))).toEqual([]);
  });

  it.each(['constructor', 'toString', 'hasOwnProperty'])('keeps a language called %s to itself', (language) => {
    const yaml = edited(LEAD_YAML, (document) => {
      set(['i18n', language], { name: 'x' })(document);
      set([INV, 'fields', 0, 'i18n'], { [language]: { displayName: 'x' } })(document);
    });
    const definition = definitionOf(yaml);
    expect(Object.entries(definition.translations)).toEqual([[language, { name: 'x' }]]);
    expect(Object.entries(definition.invocation.fields[0]?.translations ?? {})).toEqual([
      [language, { displayName: 'x' }],
    ]);
    expect([Object.hasOwn(Object, 'displayName'), Object.hasOwn(Object.prototype.toString, 'displayName')]).toEqual([
      false,
      false,
    ]);
  });
});

describe('a service file that is no YAML', () => {
  it.each([
    [
      'an unclosed bracket',
      'apiName: [a\ndescription: b\n',
      /^services\/x\.yaml: \d+:\d+: is not valid YAML: .+ \(.+\)$/,
    ],
    ['a key twice', 'apiName: a\napiName: b\n', /^services\/x\.yaml: 2:1: is not valid YAML: Map keys must be unique/],
    ['a tab as indentation', 'i18n:\n\ten_US: {}\n', /^services\/x\.yaml: 2:1: is not valid YAML: /],
    ['two documents', 'apiName: a\n---\napiName: b\n', /^services\/x\.yaml: \d+:\d+: is not valid YAML: /],
    ['an alias without an anchor', 'apiName: *name\n', /^services\/x\.yaml: .*is not .* YAML: /],
    ['an empty file', '', /^services\/x\.yaml: is empty \(describe a service or remove the file\)$/],
    ['only a comment', '# soon\n', /^services\/x\.yaml: is empty /],
    ['a list', '- apiName: a\n', /^services\/x\.yaml: must be a mapping, not a list \(/],
  ])('says where: %s', (_title, yaml, line) => {
    const lines = linesOf(yaml);
    expect(lines[0]).toMatch(line);
    expect(lines.every((problem) => !problem.includes('\n'))).toBe(true);
  });
});

describe('a service file with many mistakes', () => {
  it('tells all of them at once, and none twice', () => {
    const lines = linesOf('apiName: 5\ntimeout: 0\npipline: []\ni18n: {}\n');
    expect(new Set(lines).size).toBe(lines.length);
    expect(lines.length).toBeGreaterThanOrEqual(10);
    expect(lines).toContain(`${FILE}: pipline: is not a known key (did you mean pipeline?)`);
  });
});
