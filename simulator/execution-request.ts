import { randomBytes } from 'node:crypto';
import type { GeneratedEntity, GeneratedGroup, GeneratedPerson, ValuePool } from './people-generator.js';
import { drawPaths } from './path-config.js';
import type { DeclaredValue, ServiceContract } from './service-contract.js';
import { stringifyWire, type WireObject } from './lossless.js';
import { documentedSample } from './samples.js';

/** The made-up organisation that simulated journeys belong to. */
export const SIMULATED_ORG = '5F1A2B3C4D5E6F7A0A49412C@AdobeOrg';

/** What a marketer would enter for attributes of these names; unknown optional ones are left empty. */
const MARKETER_VALUES: ValuePool = Object.freeze({
  country: 'US',
  defaultcountry: 'US',
  region: 'EMEA',
  language: 'en',
});

export interface RequestOptions {
  readonly contract: ServiceContract;
  readonly callbackUrl: string;
  readonly runId: string;
  readonly timeoutMinutes: number;
}

/** A lead's or an account's execution request as text, of the full documented shape, with a token never used before. */
export function writeEntityRequest(entity: GeneratedEntity, options: RequestOptions): string {
  const { input, entityType } = options.contract;
  const context =
    entityType === 'lead'
      ? { leadId: entity.id, leadData: choose(input.fields, entity.values) }
      : { accountId: entity.id, accountData: choose(input.accountFields, entity.values) };
  return writeRequest(context, options);
}

/** An execution request for an account with its people, as text. */
export function writeGroupRequest(group: GeneratedGroup, options: RequestOptions): string {
  const { input } = options.contract;
  const relationship = (person: GeneratedPerson): object => ({
    accountPersonRelId: person.relId,
    accountId: group.accountId,
    personId: person.id,
    mktoGuid: `guid-${String(person.relId)}`,
    isEmployee: person.isEmployee,
    leadData: choose(input.fields, person.values),
    relationshipMetadata: { source: 'simulator' },
  });
  const context = {
    accountId: group.account.id,
    accountData: choose(input.accountFields, group.account.values),
    accountPersonRelationships: group.people.map(relationship),
  };
  return writeRequest(context, options);
}

/** A request as Adobe's documents print one, sent by this journey: with a token, a callback URL and a time-out of its own. */
export function writeDocumentedRequest(options: RequestOptions): string {
  const sample = JSON.parse(documentedSample(options.contract.entityType)) as Readonly<Record<string, object>>;
  return stringifyWire({
    ...(sample as WireObject),
    token: newToken(),
    callbackUrl: options.callbackUrl,
    actionConfig: { ...(sample['actionConfig'] as WireObject), timeout: options.timeoutMinutes },
  });
}

function newToken(): string {
  return `sim-${randomBytes(24).toString('base64url')}`;
}

function writeRequest(objectContext: object, options: RequestOptions): string {
  const { contract, runId } = options;
  const paths = drawPaths(contract);
  return stringifyWire({
    token: newToken(),
    callbackUrl: options.callbackUrl,
    objectData: {
      objectType: contract.entityType,
      objectContext,
      flowStepContext: choose(contract.input.flowAttributes, MARKETER_VALUES),
    },
    context: {
      subscription: {
        prefix: 'sim',
        imsOrgId: SIMULATED_ORG,
        instanceName: 'simulated-prod',
        munchkinId: '000-SIM-000',
      },
      journey: {
        id: runId,
        name: `Simulated journey ${runId}`,
        status: 'live',
        startDate: '2026-01-01T00:00:00Z',
        endDate: '2027-01-01T00:00:00Z',
      },
      admin: choose(contract.input.globalAttributes, MARKETER_VALUES),
    },
    actionConfig: {
      timeout: options.timeoutMinutes,
      pathConfig: paths.map((path) => ({ pathId: path.pathId, pathDefinition: path.conditions })),
    },
    customHeaders: { 'X-Simulated-By': 'simulator' },
    enableSplitPaths: true,
  });
}

/** The values a service declares, out of those there are; a required one is always there. */
function choose(declared: readonly DeclaredValue[], pool: ValuePool): Record<string, string | number | boolean> {
  const chosen: Record<string, string | number | boolean> = {};
  for (const { name, dataType, required } of declared) {
    const value = pool[name.toLowerCase().replace(/[^a-z0-9]/g, '')];
    if (value !== undefined) chosen[name] = value;
    else if (required) chosen[name] = placeholder(dataType);
  }
  return chosen;
}

function placeholder(dataType: string): string | number | boolean {
  switch (dataType) {
    case 'integer':
      return 1;
    case 'float':
      return 0.5;
    case 'boolean':
      return true;
    case 'date':
      return '2026-01-31';
    case 'datetime':
      return '2026-01-31T09:30:00Z';
    default:
      return 'sample';
  }
}
