import { type Document, parseDocument } from 'yaml';
import { parseDefinition } from './definition-parser.js';
import type { ServiceDefinition } from './service-definition.js';

/** A lead service that uses every key, in the preferred spelling. */
export const LEAD_YAML = `
apiName: mail-check
default: true
enabled: true
i18n:
  en_US: { name: Mail check, description: Checks an address }
description: Says whether an e-mail address can be written to
primaryAttribute: checkType
supportedEntityType: lead
enableSplitPaths: true
timeout: 30
auth: apiKey
invocationPayloadDef:
  globalAttributes:
    - apiName: region
      i18n: { en_US: { displayName: Region, description: Where to look } }
      dataType: string
  flowAttributes:
    - apiName: checkType
      i18n: { en_US: { displayName: Kind of check } }
      dataType: string
      required: true
  fields:
    - { serviceAttribute: email, dataType: email, description: The address, required: true }
    - { serviceAttribute: visits, dataType: score }
  headers:
    - { name: X-Partner, value: acme }
  journeyContext: true
  subscriptionContext: false
  accessorsMetadata:
    - accessorName: grade
      dataType: integer
      description: Better is higher
      constraints: { minValue: 0, maxValue: 100, allowedValues: [0, 50, 100] }
    - { accessorName: kind, dataType: string }
callbackPayloadDef:
  fields:
    - { serviceAttribute: grade, dataType: integer }
    - { serviceAttribute: website, dataType: url }
  attributes:
    - apiName: checkedBy
      i18n: { en_US: { displayName: Checked by } }
      dataType: text
openapi:
  title: Mail check service
  version: 2.1.0
  description: All about addresses
  providerName: Acme
  supportContact: help@acme.example
  contact: { name: Acme Support, email: help@acme.example, url: 'https://acme.example/help' }
  extensions: { x-audience: journeys }
pipeline:
  - provider: email
    name: syntax
    required: true
    timeout: 500ms
    settings: { resolve: false }
  - provider: email
    timeout: 2m
`;

/** An account service with nothing that may be left out. */
export const ACCOUNT_YAML = `
apiName: company-profile
i18n: { en_US: { name: Company profile, description: Looks a company up } }
description: Looks a company up
primaryAttribute: depth
supportedEntityType: account
enableSplitPaths: false
invocationPayloadDef:
  flowAttributes:
    - { apiName: depth, i18n: { en_US: { displayName: Depth } }, dataType: string }
  accountFields: [{ serviceAttribute: domain, dataType: string, required: true }]
callbackPayloadDef:
  accountFields: [{ serviceAttribute: industry, dataType: string }]
openapi: { providerName: Acme, supportContact: 'https://acme.example/help' }
pipeline: [{ provider: company }]
`;

/** A buying-group service. */
export const GROUP_YAML = `
apiName: group-roles
i18n: { en_US: { name: Group roles, description: Finds roles } }
description: Finds roles
primaryAttribute: model
supportedEntityType: accountPerson
enableSplitPaths: true
auth: basic
invocationPayloadDef:
  flowAttributes:
    - { apiName: model, i18n: { en_US: { displayName: Model } }, dataType: string }
  fields: [{ serviceAttribute: title, dataType: string }]
  accountFields: []
  accessorsMetadata: [{ accessorName: role, dataType: string }]
callbackPayloadDef:
  fields: [{ serviceAttribute: role, dataType: string }]
  accountFields: []
openapi: { providerName: Acme, supportContact: help@acme.example }
pipeline: [{ provider: role }]
`;

/** The YAML after an edit of its document. */
export function edited(yaml: string, edit: Edit): string {
  const document = parseDocument(yaml) as unknown as Document;
  edit(document);
  return document.toString();
}

/** The definition in a YAML text that is known to be valid. */
export function definitionOf(yaml: string): ServiceDefinition {
  const parsed = parseDefinition(yaml, 'services/fixture.yaml');
  if (parsed.kind === 'invalid') {
    throw new Error(`The fixture is invalid: ${JSON.stringify(parsed.problems)}`);
  }
  return parsed.definition;
}

/** A change of a parsed file. */
export type Edit = (document: Document) => void;

/** Name of the part of a file that says what a request brings. */
export const INV = 'invocationPayloadDef';

/** Puts a value at a path. */
export function set(path: readonly (string | number)[], value: unknown): Edit {
  return (document) => document.setIn(path, document.createNode(value));
}
