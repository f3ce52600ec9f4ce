import { describe, expect, it } from 'vitest';
import type { ActionInput, Fields } from '../actions/action-input.js';
import type { NewAction } from '../actions/new-action.js';
import { parseJsonObject } from '../http/json-body.js';
import { NO_PAGES, OrganisationBook } from '../organisations/organisation-book.js';
import { AddressPolicy } from '../security/address-policy.js';
import type { AppConfig } from '../config/config.js';
import type { ServiceDefinition } from '../catalog/service-definition.js';
import { AdobeRequestReader } from './adobe-request.reader.js';
import { readEnvelope } from './envelope.js';
import { leadRequest, testConfig, testDefinition } from './intake.fixtures.js';
import { NewActionFactory } from './new-action.js';
import { ServedOrganisations } from './served-organisations.js';
import { compileFieldCheck } from './required-fields.js';

interface Circumstances {
  readonly definition?: Partial<ServiceDefinition>;
  readonly http?: Record<string, string>;
  readonly config?: Partial<AppConfig>;
}

function make(text: string, { definition = {}, http = {}, config = {} }: Circumstances = {}): NewAction {
  const full = testDefinition(definition);
  const service = { definition: full, servedBy: null, checkFields: compileFieldCheck(full), bodyLimit: 1 };
  const appConfig = testConfig(config);
  const book = new OrganisationBook();
  book.replace(NO_PAGES);
  const organisations = new ServedOrganisations(appConfig, book);
  const factory = new NewActionFactory(appConfig, new AddressPolicy(appConfig), organisations);
  return factory.make(readEnvelope(parseJsonObject(Buffer.from(text))), service, http);
}

type Request = ReturnType<typeof leadRequest>;

function makeLead(change: (request: Request) => void = () => undefined, circumstances: Circumstances = {}): NewAction {
  const request = leadRequest();
  change(request);
  return make(JSON.stringify(request), circumstances);
}

/** The field `email` may come as `mail` or `address`, too. */
function aliased(required = true): Circumstances {
  const [email, ...others] = testDefinition().invocation.fields;
  if (email === undefined) throw new Error('the fixture has no fields');
  const fields = [{ ...email, aliases: ['mail', 'address'], required }, ...others];
  return { definition: { invocation: { ...testDefinition().invocation, fields } } };
}

function leadDataOf(leadData: Record<string, unknown>, circumstances: Circumstances): Fields {
  return fieldsOf(makeLead((r) => Object.assign(r.objectData.objectContext, { leadData }), circumstances).input);
}

const reader = new AdobeRequestReader();

function fieldsOf({ entity }: Pick<ActionInput, 'entity'>): Fields {
  if (entity.kind === 'batch') throw new Error('a request is about one entity');
  return entity.fields;
}

describe('a field with aliases', () => {
  it.each([
    ['its own name', { email: 'a@example.com' }],
    ['an alias', { mail: 'a@example.com' }],
    ['the second alias', { address: 'a@example.com', mail: '' }],
    ['both: its own name wins', { mail: 'b@example.com', email: 'a@example.com' }],
    ['an alias, its own name being null', { email: null, mail: 'a@example.com' }],
  ])('is read under its own name when the request has %s', (_what, leadData) => {
    expect(leadDataOf(leadData, aliased())).toMatchObject({ email: 'a@example.com' });
  });

  it('that is required is missing when none of its names carries a value', () => {
    expect(() => leadDataOf({ mail: null, address: '' }, aliased())).toThrow('Missing required field: email');
    expect(leadDataOf({ mail: null }, aliased(false))).toEqual({ mail: null });
  });

  it('keeps its value for the reader after a restart', () => {
    const action = makeLead(
      (r) => Object.assign(r.objectData.objectContext, { leadData: { mail: 'a@b.de' } }),
      aliased(),
    );
    expect(fieldsOf(reader.read(action.requestText))).toMatchObject({ email: 'a@b.de' });
  });
});

describe('a field named like the id of its entity', () => {
  const withId = (dataType: 'string' | 'integer'): Circumstances => {
    const [email] = testDefinition().invocation.fields;
    if (email === undefined) throw new Error('the fixture has no fields');
    const fields = [{ ...email, serviceAttribute: 'leadId', dataType, required: true }];
    return { definition: { invocation: { ...testDefinition().invocation, fields } } };
  };

  it('is filled from the context when the data lacks it, and left alone when it does not', () => {
    expect(leadDataOf({}, withId('string'))).toEqual({ leadId: '1000001' });
    expect(leadDataOf({}, withId('integer'))).toEqual({ leadId: 1_000_001 });
    expect(leadDataOf({ leadId: 'own' }, withId('string'))).toEqual({ leadId: 'own' });
  });
});

describe('an action made of a request', () => {
  it('reads the same from the stored text as from the live request', () => {
    const action = makeLead();
    expect(reader.read(action.requestText)).toEqual(JSON.parse(JSON.stringify(action.input)));
    expect(action).toMatchObject({ service: 'check-email', dialect: 'adobe', objectType: 'lead', entityId: '1000001' });
    expect(action).toMatchObject({ tenant: 'ABC@AdobeOrg', timeoutMs: 30 * 60_000 });
  });

  it('stores neither token nor admin context nor custom headers in the open', () => {
    const action = makeLead();
    expect(action.requestText).not.toMatch(/tok-|admin-secret|vendor-secret|customHeaders|"admin"/);
    expect(action.secrets).toEqual({
      token: 'tok-0123456789abcdef',
      admin: { region: 'eu', apiSecret: 'admin-secret' },
      headers: Object.assign(Object.create(null), { 'x-vendor-key': 'vendor-secret' }) as unknown,
    });
  });

  it('keeps unknown fields, wherever they are', () => {
    const action = makeLead((request) => Object.assign(request.objectData, { more: { a: [1] } }, {}));
    expect(JSON.parse(action.requestText)).toMatchObject({ objectData: { more: { a: [1] } } });
    expect(fieldsOf(action.input)).toHaveProperty('company', 'Example Inc.');
  });

  it('keeps integers beyond 2^53 digit for digit, live and stored', () => {
    const text = JSON.stringify(leadRequest())
      .replace('1000001', '12345678901234567890')
      .replace('"age":41', '"age":98765432109876543210');
    const action = make(text);
    expect(action.entityId).toBe('12345678901234567890');
    expect(fieldsOf(action.input)['age']).toBe(98765432109876543210n);
    expect(reader.read(action.requestText)).toEqual(action.input);
  });

  it('coerces values to their declared type before it stores them', () => {
    const action = makeLead((request) => {
      Object.assign(request.objectData.objectContext['leadData'] as object, {
        age: '42',
        rating: '4.5',
        subscribed: 'TRUE',
        firstName: 7,
      });
    });
    const coerced = { age: 42, rating: 4.5, subscribed: true, firstName: '7' };
    expect(fieldsOf(action.input)).toMatchObject(coerced);
    expect(fieldsOf(reader.read(action.requestText))).toMatchObject(coerced);
  });

  it('serves people in the request’s order with ids as strings', () => {
    const person = (id: number | string) => ({
      accountPersonRelId: id,
      accountId: 7,
      personId: `p-${id}`,
      leadData: { email: 'a@example.com' },
      relationshipMetadata: { role: 'buyer' },
      isEmployee: true,
    });
    const action = makeLead(
      (request) => {
        request.objectData.objectType = 'accountPerson';
        request.objectData.objectContext = {
          accountId: '007',
          accountData: { domain: 'example.com' },
          accountPersonRelationships: [person(3), person('x'), person(1)],
        };
      },
      { definition: { entityType: 'accountPerson' } },
    );
    expect(action.entityId).toBe('007');
    expect(action.input.entity).toMatchObject({
      kind: 'accountPerson',
      people: [
        { relId: '3', accountId: '7', personId: 'p-3', isEmployee: true, relationship: { role: 'buyer' } },
        { relId: 'x' },
        { relId: '1' },
      ],
    });
    expect(reader.read(action.requestText)).toEqual(JSON.parse(JSON.stringify(action.input)));
  });

  it('sends accessor values when split paths are on, or unsaid and there are paths', () => {
    const splitPaths = (enable: unknown, paths: unknown): boolean =>
      makeLead((r) => Object.assign(r, { enableSplitPaths: enable, actionConfig: { pathConfig: paths } })).input
        .splitPaths;
    expect(splitPaths(true, undefined)).toBe(true);
    expect(splitPaths(undefined, [])).toBe(true);
    expect(splitPaths(undefined, undefined)).toBe(false);
    expect(splitPaths(null, null)).toBe(false);
    expect(splitPaths(false, [{ pathId: 'p', pathDefinition: [] }])).toBe(false);
  });

  it('keeps unknown operators, and operands as strings', () => {
    const condition = { accessor: 'score', operator: 'resembles', values: [80, true, 'x'] };
    const action = makeLead((r) =>
      Object.assign(r, { actionConfig: { pathConfig: [{ pathId: 'p', pathDefinition: [condition] }] } }),
    );
    expect(action.input.paths).toEqual([
      { pathId: 'p', conditions: [{ accessor: 'score', operator: 'resembles', values: ['80', 'true', 'x'] }] },
    ]);
  });

  it('takes the definition’s timeout when the request has none, and long ones up to a year', () => {
    expect(makeLead((r) => delete r['actionConfig']).timeoutMs).toBe(60 * 60_000);
    expect(makeLead((r) => Object.assign(r, { actionConfig: { timeout: 1000 } })).timeoutMs).toBe(60_000_000);
    const text = JSON.stringify(leadRequest()).replace('"timeout":30', '"timeout":99999999999999999999');
    expect(make(text).timeoutMs).toBe(365 * 24 * 3_600_000);
  });

  it('works without context, for the first configured organisation', () => {
    const orgIds = ['FIRST@AdobeOrg', 'SECOND@AdobeOrg'];
    const ims = { ...testConfig().ims, orgIds };
    expect(makeLead((r) => delete r['context'], { config: { ims } }).tenant).toBe('FIRST@AdobeOrg');
    expect(makeLead((r) => delete r['context']).tenant).toBe('default');
    expect(makeLead((r) => Object.assign(r, { context: null, flowStepContext: null })).input.journey).toEqual({});
  });

  it('lets a declared HTTP header win over customHeaders, whatever its case', () => {
    const headersOf = (custom: unknown, http: Record<string, string>) => ({
      ...makeLead((r) => Object.assign(r, { customHeaders: custom }), { http }).secrets.headers,
    });
    expect(headersOf({ 'X-VENDOR-Key': 'body' }, { 'x-vendor-key': 'http' })).toEqual({ 'x-vendor-key': 'http' });
    expect(headersOf({ 'X-VENDOR-Key': 'body', other: 1 }, {})).toEqual({ 'x-vendor-key': 'body', other: '1' });
    expect(headersOf(null, { authorization: 'Bearer ours' })).toEqual({});
  });

  it('finds a required global attribute in the admin context', () => {
    const attribute = {
      apiName: 'region',
      displayName: 'Region',
      description: null,
      translations: {},
      dataType: 'string',
      required: true,
    } as const;
    const invocation = { ...testDefinition().invocation, globalAttributes: [attribute] };
    expect(makeLead(undefined, { definition: { invocation } }).secrets.admin).toHaveProperty('region', 'eu');
    expect(() => makeLead((r) => delete r['context'], { definition: { invocation } })).toThrow(
      'Missing required field: region',
    );
  });

  it('answers validation problems with the configured status', () => {
    const intake = { ...testConfig().intake, validationStatus: 400 as const };
    const refuse = () => makeLead((r) => Object.assign(r, { actionConfig: { timeout: 0 } }), { config: { intake } });
    expect(refuse).toThrow(expect.objectContaining({ status: 400, code: 'VALIDATION_ERROR' }) as Error);
  });
});
