import { describe, expect, it } from 'vitest';
import { parseDefinition } from '../../catalog/definition-parser.js';
import { buildMarketoOpenApi } from '../../marketo/documents/openapi.js';
import { speaksMarketo } from '../../marketo/documents/service-definition.js';
import { BOTH, SCORING } from '../../../test/support/marketo-world.js';
import { findMarketoProblems } from './marketo-rules.js';

/** Documents are walked as a program walks JSON. */
type Any = any;

function documentOf(text: string): Any {
  const parsed = parseDefinition(text, 'scoring.yaml');
  if (parsed.kind === 'invalid' || !speaksMarketo(parsed.definition)) throw new Error(JSON.stringify(parsed));
  const options = {
    baseUrl: 'https://example.com/services/scoring',
    scheme: 'apiKey',
    apiKeyName: 'X-API-Key',
    tokenUrl: '',
  } as const;
  return JSON.parse(JSON.stringify(buildMarketoOpenApi(parsed.definition, { ...options, apiKeyIn: 'header' })));
}

const definitionIn = (document: Any): Any => document.components.schemas.serviceDefinition.example;

/** Each breaks one rule of the document, or of the definition in it. */
const MUTATIONS: readonly (readonly [name: string, spoil: (document: Any) => void, path: string])[] = [
  ['no provider', (document) => delete document.info['x-providerName'], 'info.x-providerName'],
  ['no version of the schema', (document) => delete document.info['x-schemaVersion'], 'info.x-schemaVersion'],
  ['no contact', (document) => delete document.info['x-supportContact'], 'info.x-supportContact'],
  ['no security', (document) => delete document.security, 'security'],
  ['no submission', (document) => delete document.paths['/submitAsyncAction'], 'paths./submitAsyncAction'],
  ['no definition', (document) => delete document.paths['/getServiceDefinition'], 'paths./getServiceDefinition'],
  ['no status', (document) => delete document.paths['/status'], 'paths./status'],
  [
    'no body of the submission',
    (document) => delete document.paths['/submitAsyncAction'].post.requestBody,
    'requestBody',
  ],
  ['no callback', (document) => delete document.paths['/submitAsyncAction'].post.callbacks, 'callbacks'],
  ['no 201', (document) => delete document.paths['/submitAsyncAction'].post.responses['201'], 'responses.201'],
  ['no 429', (document) => delete document.paths['/submitAsyncAction'].post.responses['429'], 'responses.429'],
  [
    'a definition under another name',
    ({ paths, components }) => {
      components.schemas.ServiceDefinition = components.schemas.serviceDefinition;
      const answer = paths['/getServiceDefinition'].get.responses['200'].content['application/json'];
      answer.schema.$ref = '#/components/schemas/ServiceDefinition';
    },
    'paths./getServiceDefinition.get.responses.200',
  ],
  [
    'a status without a reference',
    ({ paths }) => (paths['/status'].get.responses['200'].content['application/json'].schema = { type: 'object' }),
    'paths./status.get.responses.200',
  ],
  [
    'choices under another name',
    ({ paths }) =>
      (paths['/getPicklist'].post.responses['200'].content['application/json'].schema.$ref =
        '#/components/schemas/error'),
    'paths./getPicklist.post.responses.200',
  ],
  [
    'an icon that is JSON',
    ({ paths }) => (paths['/brandIcon'].get.responses['200'].content = { 'application/json': {} }),
    'paths./brandIcon.get.responses.200',
  ],
  [
    'choices by GET',
    ({ paths }) => (paths['/getPicklist'] = { get: paths['/getPicklist'].post }),
    'paths./getPicklist',
  ],
  ['a definition without a name', (document) => delete definitionIn(document).apiName, 'example.apiName'],
  ['a definition without texts', (document) => delete definitionIn(document).i18n, 'example.i18n'],
  ['no primary attribute', (document) => delete definitionIn(document).primaryAttribute, 'example.primaryAttribute'],
  ['no payload', (document) => delete definitionIn(document).invocationPayloadDef, 'example.invocationPayloadDef'],
  ['no callback payload', (document) => delete definitionIn(document).callbackPayloadDef, 'example.callbackPayloadDef'],
  [
    'a description that is a text',
    (document) => (definitionIn(document).invocationPayloadDef.fields[0].description = 'E-mail'),
    'fields[0].description',
  ],
  [
    'a type of its own',
    (document) => (definitionIn(document).callbackPayloadDef.fields[0].dataType = 'number'),
    'fields[0].dataType',
  ],
  [
    'a flag that is a text',
    (document) => (definitionIn(document).invocationPayloadDef.userDrivenMapping = 'yes'),
    'userDrivenMapping',
  ],
  [
    'tokens that are one text',
    (document) => (definitionIn(document).invocationPayloadDef.myTokenContext = 'Event Date'),
    'myTokenContext',
  ],
  [
    'a reserved attribute',
    (document) => (definitionIn(document).callbackPayloadDef.attributes[0].apiName = 'reason'),
    'callbackPayloadDef.attributes',
  ],
];

describe('the document of a service for Marketo', () => {
  it.each([
    ['Marketo alone', SCORING],
    ['both products', BOTH],
  ])('keeps every rule: %s', (_name, text) => {
    expect(findMarketoProblems(documentOf(text))).toEqual([]);
  });

  it.each(MUTATIONS)('with %s is refused', (_name, spoil, path) => {
    const document = documentOf(SCORING);
    spoil(document);
    expect(
      findMarketoProblems(document)
        .map((problem) => problem.path)
        .join('\n'),
    ).toContain(path);
  });
});
