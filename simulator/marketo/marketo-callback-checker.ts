import {
  isWireList,
  isWireObject,
  numberText,
  parseWire,
  showWire,
  typeName,
  type Wire,
  type WireObject,
} from '../lossless.js';
import { PUBLISHED_ERROR_CODES } from '../callback-body-checker.js';
import type { SimulatedBatch } from './marketo-batch.js';
import type { DeclaredValue, MarketoServiceContract } from './marketo-service.js';

export interface CheckedBatch {
  /** Sentences; empty when the callback is valid. */
  readonly violations: readonly string[];
  readonly succeeded: number;
  readonly failed: number;
  /** Failed leads by error code. */
  readonly codes: ReadonlyMap<string, number>;
}

const TOP = ['munchkinId', 'token', 'time', 'objectData', 'defaultValues', 'errorCode', 'errorMessage'];
const RESULT = ['success', 'errorCode', 'reason'];
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:?\d\d)$/;
const DAY = /^\d{4}-\d\d-\d\d$/;
const INT32 = 2n ** 31n;

/** Holds a callback against Adobe's schema, the service's definition and the batch: with all that each of them asks for. */
export function checkMarketoCallback(
  { headers, text }: { readonly headers: Readonly<Record<string, string | undefined>>; readonly text: string },
  batch: SimulatedBatch,
  service: MarketoServiceContract,
): CheckedBatch {
  const check = new CallbackCheck(batch, service);
  check.headers(headers);
  try {
    check.body(parseWire(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    check.violations.push(`the body is not JSON: ${error.message}`);
  }
  return check;
}

class CallbackCheck implements CheckedBatch {
  readonly violations: string[] = [];
  readonly codes = new Map<string, number>();
  succeeded = 0;
  failed = 0;

  constructor(
    private readonly batch: SimulatedBatch,
    private readonly service: MarketoServiceContract,
  ) {}

  headers(headers: Readonly<Record<string, string | undefined>>): void {
    if (headers['x-callback-token'] !== this.batch.token) this.say('x-callback-token is not the token of the batch');
    if (headers['x-api-key'] !== this.batch.callbackKey) this.say('x-api-key is not the apiCallBackKey of the batch');
    for (const name of ['authorization', 'x-gw-ims-org-id']) {
      if (headers[name] !== undefined) this.say(`header ${name} does not belong into a callback to Marketo`);
    }
    if (!/^application\/json(\s*;|$)/i.test(headers['content-type'] ?? ''))
      this.say('the body is not application/json');
  }

  body(body: Wire): void {
    if (!isWireObject(body)) return this.say(`the body must be an object, but is ${typeName(body)}`);
    this.keys('the body', body, TOP);
    if (body['munchkinId'] !== this.batch.munchkinId) this.say('munchkinId is not that of the batch');
    const { time, errorCode, objectData } = body;
    if (time !== undefined && (typeof time !== 'string' || !MOMENT.test(time)))
      this.say('time is no moment of whole seconds');
    if (errorCode !== undefined) {
      const code = showWire(errorCode);
      if (PUBLISHED_ERROR_CODES.includes(code)) this.say(`errorCode ${code} is a code of a lead`);
      this.say(`the batch failed as a whole: ${code}`);
      return;
    }
    if (!isWireList(objectData)) return this.say(`objectData must be a list, but is ${typeName(objectData)}`);
    const ids = objectData.map((item) => (isWireObject(item) ? this.item(item) : null));
    const { leadIds } = this.batch;
    if (ids.length !== leadIds.length) this.say(`objectData must have ${leadIds.length} leads, but has ${ids.length}`);
    else if (ids.some((id, index) => id !== leadIds[index]))
      this.say('the leads are not those of the batch, in its order');
  }

  private item(item: WireObject): string | null {
    this.keys('objectData[]', item, ['leadData', 'activityData']);
    const { leadData, activityData } = item;
    if (!isWireObject(activityData)) {
      this.say('activityData is missing');
      return null;
    }
    const isSuccess = this.activity(activityData);
    if (!isWireObject(leadData)) {
      this.say('leadData is missing');
      return null;
    }
    const { id, ...fields } = leadData;
    const digits = numberText(id);
    if (digits === null || !/^[1-9]\d*$/.test(digits))
      this.say(`leadData.id must be an integer, but is ${typeName(id)}`);
    if (!isSuccess && Object.keys(fields).length > 0) this.say('leadData of a failed lead has more than its id');
    this.values('leadData', fields, this.service.callbackFields, this.service.mapsCallback);
    return digits;
  }

  private activity(activity: WireObject): boolean {
    const { success, errorCode, reason, ...values } = activity;
    this.values('activityData', values, this.service.attributes, false);
    if (success === true) {
      this.succeeded += 1;
      for (const key of RESULT.slice(1)) if (activity[key] !== undefined) this.say(`activityData.${key} of a success`);
      return true;
    }
    if (success !== false) this.say('activityData.success must be true or false');
    this.failed += 1;
    const code = typeof errorCode === 'string' ? errorCode : 'none';
    this.codes.set(code, (this.codes.get(code) ?? 0) + 1);
    if (!PUBLISHED_ERROR_CODES.includes(code)) this.say(`activityData.errorCode ${code} is not a code of a lead`);
    if (typeof reason !== 'string' || reason === '') this.say('activityData.reason is missing on a failure');
    else if (Buffer.byteLength(reason) > 255) this.say('activityData.reason has more than 255 bytes');
    return false;
  }

  private values(where: string, values: WireObject, declared: readonly DeclaredValue[], isOpen: boolean): void {
    const types = new Map(declared.map(({ name, type }) => [name, type]));
    for (const [name, value] of Object.entries(values)) {
      const type = types.get(name);
      if (type === undefined && !isOpen) this.say(`${where}.${name} is not declared`);
      const objection = objectionTo(type ?? null, value);
      if (objection !== null) this.say(`${where}.${name} ${objection}`);
    }
  }

  private keys(where: string, value: WireObject, known: readonly string[]): void {
    for (const key of Object.keys(value)) if (!known.includes(key)) this.say(`${where} has an unknown member ${key}`);
  }

  private say(violation: string): void {
    this.violations.push(violation);
  }
}

/** @param type null for a field that only the administrator knows. */
function objectionTo(type: string | null, value: Wire | undefined): string | null {
  if (value === null || value === undefined) return 'is null, which clears nothing';
  const digits = numberText(value);
  switch (type) {
    case 'boolean':
      return typeof value === 'boolean' ? null : `must be a boolean, but is ${typeName(value)}`;
    case 'score':
      if (typeof value === 'string' && /^[+-]\d+$/.test(value)) return null;
      return objectionTo('integer', value);
    case 'integer': {
      if (digits === null || !/^-?\d+$/.test(digits)) return `must be an integer, but is ${typeName(value)}`;
      const number = BigInt(digits);
      return number >= -INT32 && number < INT32 ? null : 'does not fit into 32 bits';
    }
    case 'float':
      return digits === null ? `must be a number, but is ${typeName(value)}` : null;
    case 'date':
      return typeof value === 'string' && DAY.test(value) ? null : 'must be a day';
    case 'datetime':
      return typeof value === 'string' && MOMENT.test(value) ? null : 'must be a moment of whole seconds';
    case null:
      return typeof value === 'object' && digits === null ? `must be a single value, but is ${typeName(value)}` : null;
    default: {
      if (typeof value !== 'string') return `must be a text, but is ${typeName(value)}`;
      const most = type === 'text' ? 2_000 : 255;
      return Buffer.byteLength(value) <= most ? null : `has more than ${most} bytes`;
    }
  }
}
