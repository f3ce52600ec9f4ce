import type { CompiledExpression } from '../../../expressions/compile-expression.js';
import type { Expressions } from '../../../expressions/expressions.js';
import { ExpressionSyntaxError } from '../../../expressions/expressions.errors.js';
import { cidrList } from '../../../config/address-types.js';
import type { AddressGuard } from '../../../security/address-policy.js';
import type { StepAddresses, StepExceptions } from '../../../security/step-addresses.js';
import { AnswerMapping, PARTS } from './answer-mapping.js';
import { parseTemplate, type Placeholder, placeholdersOf } from './template.js';
import { readRequest, type RequestTemplate } from './request-template.js';
import { SettingsReader } from './settings-reader.js';
import { type AuthPlan, credentialName, readAuth } from './step-auth.js';
import type { StepTarget } from './step-client.js';
import { StepGate } from './step-gate.js';
import type { Settings } from '../step-settings.js';

/** Finds the answer of each of several subjects in one answer. */
export interface Assignment {
  /** Lists the items; null: the answer itself is the list, or an object by key. */
  readonly items: CompiledExpression | null;
  /** The identity of a subject. */
  readonly key: Placeholder;
  /** The property of an item that has the key. */
  readonly answerKey: string;
}

/** One request for many actions. */
export interface BatchPlan extends Assignment {
  readonly max: number;
  readonly waitMs: number;
}

export interface CachePlan {
  readonly ttlMs: number;
  /** Of answers that say that there is nothing. */
  readonly negativeTtlMs: number;
}

export interface BudgetPlan {
  /** Steps of one name share it. */
  readonly name: string;
  readonly perDay: number;
  readonly whenSpent: 'fail' | 'skip';
}

/** The settings of one step, read once. */
export interface StepPlan {
  readonly request: RequestTemplate;
  readonly guard: AddressGuard;
  readonly exceptions: StepExceptions;
  readonly scope: 'account' | 'people';
  readonly auth: AuthPlan;
  /** Names of the credential, for the hash of a request. */
  readonly credential: string;
  readonly notFound: ReadonlySet<number>;
  readonly answerAs: 'json' | 'text';
  readonly attemptMs: number;
  readonly retries: number;
  /** Whether a request may be repeated although the system may have seen it. */
  readonly repeatable: boolean;
  readonly gate: StepGate;
  readonly cache: CachePlan | null;
  readonly budget: BudgetPlan | null;
  readonly batch: BatchPlan | null;
  readonly mapping: AnswerMapping;
  readonly people: { readonly assignment: Assignment; readonly mapping: AnswerMapping } | null;
}

/** The means of reading a step's settings. */
export interface PlanTools {
  readonly addresses: StepAddresses;
  readonly expressions: Expressions;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 86_400 * SECOND;
const KNOWN = [
  ...['url', 'method', 'query', 'headers', 'body', 'needs', 'auth', 'allowCidrs', 'allowHttp', 'on', 'answerAs'],
  ...[
    'notFound',
    'attemptTimeout',
    'retries',
    'idempotent',
    'concurrency',
    'rateLimit',
    'cache',
    'budget',
    'batch',
    'map',
  ],
];
const SAFE_METHODS = new Set(['GET', 'HEAD', 'PUT', 'DELETE']);

/** Reads the settings of a step. @returns null, or a plan, and every problem; a plan without problems may be used. */
export function readPlan(settings: Settings, tools: PlanTools): { plan: StepPlan | null; problems: string[] } {
  const problems: string[] = [];
  const reader = new SettingsReader(settings, 'settings', problems);
  reader.refuseUnknown(KNOWN);
  const request = readRequest(reader);
  const exceptions = readExceptions(reader, tools.addresses);
  const auth = readAuth(reader);
  const mapping = readMapping(reader, tools.expressions);
  const batch = readBatch(reader, tools.expressions);
  const rest = {
    ...mapping,
    exceptions,
    auth,
    batch,
    credential: credentialName(auth),
    scope: reader.choice('on', ['people', 'account'] as const, 'people'),
    answerAs: reader.choice('answerAs', ['json', 'text'] as const, 'json'),
    notFound: readStatuses(reader),
    attemptMs: reader.duration('attemptTimeout', 10 * SECOND, 10, 10 * MINUTE),
    retries: reader.integer('retries', 0, 10, 2),
    repeatable: reader.flag('idempotent', SAFE_METHODS.has(request?.method ?? '')),
    gate: readGate(reader),
    cache: readCache(reader),
    budget: readBudget(reader, request?.origin ?? ''),
  };
  if (request === null) return { plan: null, problems: unique(problems) };
  const guard = tools.addresses.guardFor(request.scheme, exceptions);
  refuseAddress(reader, 'url', guard, request.origin);
  if (auth.kind === 'oauth') refuseTokenUrl(reader, tools.addresses, exceptions, auth.tokenUrl);
  const asksForMany = batch !== null || mapping.people !== null;
  if (asksForMany && !request.asksForMany) {
    reader.refuse('batch', 'and map.people need {{keys}} in the request, or $each in its JSON body.');
  }
  if (!asksForMany && request.asksForMany) {
    problems.push('settings use {{keys}} or $each, which need batch, or map.people with on: account.');
  }
  return { plan: { ...rest, request, guard }, problems: unique(problems) };
}

/** Where the requests of a step go, those for its tokens included. */
export function targetsOf({ request, guard, auth, exceptions }: StepPlan, addresses: StepAddresses): StepTarget[] {
  const own = { guard, origin: request.origin };
  return auth.kind === 'oauth' ? [own, tokenTarget(auth.tokenUrl, exceptions, addresses)] : [own];
}

/** Where tokens are asked for: by the rules of the step. */
function tokenTarget(tokenUrl: string, exceptions: StepExceptions, addresses: StepAddresses): StepTarget {
  const { protocol, origin } = new URL(tokenUrl);
  return { guard: addresses.guardFor(protocol === 'http:' ? 'http' : 'https', exceptions), origin };
}

function unique(problems: readonly string[]): string[] {
  return [...new Set(problems)];
}

function readExceptions(reader: SettingsReader, addresses: StepAddresses): StepExceptions {
  const texts = reader.texts('allowCidrs');
  const parsed = texts.length === 0 ? null : cidrList.parse(texts.join(','));
  if (parsed?.kind === 'refused') reader.refuse('allowCidrs', `${parsed.problem}: ${parsed.remedy}.`);
  const exceptions: StepExceptions = {
    allowCidrs: parsed?.kind === 'accepted' ? parsed.value : [],
    allowHttp: reader.flag('allowHttp', false),
  };
  reader.problems.push(...addresses.findProblems(exceptions).map((problem) => `settings.${problem}`));
  return exceptions;
}

function refuseAddress(reader: SettingsReader, key: string, guard: AddressGuard, origin: string): void {
  const problem = guard.checkUrl(`${origin}/`, { hosts: null });
  if (problem !== null) reader.refuse(key, `may not be used. ${problem}`);
}

function refuseTokenUrl(
  reader: SettingsReader,
  addresses: StepAddresses,
  exceptions: StepExceptions,
  tokenUrl: string,
): void {
  const url = URL.canParse(tokenUrl) ? new URL(tokenUrl) : null;
  if (url === null || tokenUrl.includes('{{') || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    reader.problems.push('settings.auth.oauth.tokenUrl must be an absolute URL without placeholders.');
    return;
  }
  const guard = addresses.guardFor(url.protocol === 'http:' ? 'http' : 'https', exceptions);
  const problem = guard.checkUrl(tokenUrl, { hosts: null });
  if (problem !== null) reader.problems.push(`settings.auth.oauth.tokenUrl may not be used. ${problem}`);
}

function readStatuses(reader: SettingsReader): ReadonlySet<number> {
  const value = reader.raw('notFound');
  if (value === undefined) return new Set([404]);
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const statuses = list.filter((one) => typeof one === 'number' && Number.isInteger(one) && one >= 200 && one < 500);
  if (statuses.length !== list.length) reader.refuse('notFound', 'must list statuses from 200 to 499.');
  return new Set(statuses as number[]);
}

function readGate(reader: SettingsReader): StepGate {
  const concurrency = reader.integer('concurrency', 1, 10_000, 512);
  const rate = reader.section('rateLimit');
  if (rate === null) return new StepGate({ concurrency, spacingMs: 0 });
  rate.refuseUnknown(['perSecond', 'perMinute']);
  if (rate.keys().length !== 1) reader.refuse('rateLimit', 'must have perSecond or perMinute.');
  const perMinute = rate.has('perSecond')
    ? rate.integer('perSecond', 1, 100_000, 1) * 60
    : rate.integer('perMinute', 1, 1_000_000, 60);
  return new StepGate({ concurrency, spacingMs: MINUTE / perMinute });
}

function readCache(reader: SettingsReader): CachePlan | null {
  const section = reader.section('cache');
  if (section === null) return null;
  section.refuseUnknown(['ttl', 'negativeTtl']);
  if (!section.has('ttl')) section.refuse('ttl', 'is missing: say how long an answer is good, e.g. 24h.');
  const ttlMs = section.duration('ttl', DAY, SECOND, 30 * DAY);
  return { ttlMs, negativeTtlMs: section.duration('negativeTtl', Math.min(ttlMs, 3_600 * SECOND), 0, 30 * DAY) };
}

function readBudget(reader: SettingsReader, origin: string): BudgetPlan | null {
  const section = reader.section('budget');
  if (section === null) return null;
  section.refuseUnknown(['perDay', 'name', 'whenSpent']);
  if (!section.has('perDay')) section.refuse('perDay', 'is missing: say how many requests a day may be sent.');
  const name = section.text('name', origin === '' ? 'default' : new URL(origin).host);
  if (name.length > 100) section.refuse('name', 'must be at most 100 characters long.');
  return {
    name,
    perDay: section.integer('perDay', 1, 1_000_000_000, 1),
    whenSpent: section.choice('whenSpent', ['fail', 'skip'] as const, 'fail'),
  };
}

function readBatch(reader: SettingsReader, expressions: Expressions): BatchPlan | null {
  const section = reader.section('batch');
  if (section === null) return null;
  section.refuseUnknown(['max', 'waitMs', 'key', 'answerKey', 'items']);
  return {
    ...readAssignment(section, expressions),
    max: section.integer('max', 2, 1_000, 100),
    waitMs: section.integer('waitMs', 0, 10_000, 20),
  };
}

function readAssignment(section: SettingsReader, expressions: Expressions): Assignment {
  const text = section.text('key');
  const template = text === '' ? [] : parseTemplate(`{{${text}}}`, (rule) => section.refuse('key', rule));
  const [key] = placeholdersOf(template);
  const isKey = key !== undefined && key.source !== 'keys' && key.source !== 'header';
  if (text !== '' && !isKey) section.refuse('key', 'must name a value, e.g. email or subject.id.');
  return {
    items: section.has('items') ? compile(section, 'items', expressions) : null,
    key: isKey ? key : { source: 'field', name: text },
    answerKey: section.text('answerKey', key?.name ?? ''),
  };
}

function compile(section: SettingsReader, key: string, expressions: Expressions): CompiledExpression | null {
  const source = section.text(key);
  if (source === '') return null;
  try {
    return expressions.compile(source, section.at(key));
  } catch (error) {
    if (!(error instanceof ExpressionSyntaxError)) throw error;
    section.problems.push(`${error.message}.`);
    return null;
  }
}

function readMapping(reader: SettingsReader, expressions: Expressions): Pick<StepPlan, 'mapping' | 'people'> {
  const section = reader.section('map') ?? new SettingsReader({}, 'settings.map', reader.problems);
  section.refuseUnknown([...PARTS, 'people']);
  const mapping = AnswerMapping.read(section, PARTS, expressions);
  const inner = section.section('people');
  if (inner === null) {
    if (mapping.isEmpty)
      reader.refuse('map', 'must say what becomes of an answer, e.g. map: { fields: { name: answer.name } }.');
    return { mapping, people: null };
  }
  inner.refuseUnknown(['fields', 'accessors', 'key', 'answerKey', 'items']);
  if (reader.raw('on') !== 'account')
    reader.refuse('map.people', 'needs on: account; use batch to ask about people together.');
  const people = AnswerMapping.read(inner, ['fields', 'accessors'], expressions);
  return { mapping, people: { assignment: readAssignment(inner, expressions), mapping: people } };
}
