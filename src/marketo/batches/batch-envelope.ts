import type { Fields } from '../../actions/action-input.js';
import { jsonTypeOf, type JsonObject } from '../../http/json-body.js';
import { isJsonObject, type JsonValue } from '../../http/json-value.js';
import { RequestError, type RequestProblem } from '../../http/request-error.js';
import { LEADS_MAX, NAME_MAX_LENGTH, TOKEN_MAX_BYTES } from '../marketo-limits.js';

/** A lead as it came; its values are not checked yet. */
export interface GivenLead {
  readonly id: string;
  readonly fields: Fields;
  readonly flowStep: Fields;
  readonly programMember: Fields;
  readonly trigger: Fields;
  readonly tokens: Fields;
}

/** A batch with a right structure. */
export interface BatchEnvelope {
  readonly token: string;
  readonly callbackUrl: string;
  readonly callbackKey: string | null;
  readonly batchId: string | null;
  readonly campaignId: string | null;
  readonly munchkinId: string;
  readonly subscription: Fields;
  readonly admin: Fields;
  readonly campaign: Fields;
  readonly program: Fields;
  readonly leads: readonly GivenLead[];
}

/** More do not help, and a thousand leads may have the same mistake. */
const PROBLEMS_MAX = 100;
/** Visible characters with spaces between them: what goes into a header must arrive unchanged. */
const HEADER_VALUE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;
const MUNCHKIN_ID = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/;
const LEAD_ID = /^[1-9]\d{0,18}$/;
const LARGEST_ID = 2n ** 63n - 1n;
const NOTHING: Fields = Object.freeze({});

/**
 * Reads the structure of a batch.
 * @throws RequestError 400 with all that is wrong, which never quotes a value.
 */
export function readBatchEnvelope(body: JsonObject): BatchEnvelope {
  const reading = new Reading();
  const context = reading.object(body, 'context', 'context', true);
  const subscription = reading.object(context, 'subscription', 'context.subscription', true);
  const envelope: BatchEnvelope = {
    token: reading.headerValue(body, 'token', true, TOKEN_MAX_BYTES) ?? '',
    callbackUrl: reading.text(body, 'callbackUrl') ?? '',
    callbackKey: reading.headerValue(body, 'apiCallBackKey', false, TOKEN_MAX_BYTES),
    // Adobe's documents spell it in both ways.
    batchId: reading.name(body, 'batchId') ?? reading.name(body, 'batchid'),
    campaignId: reading.name(body, 'campaignId'),
    munchkinId: reading.munchkinId(subscription),
    subscription,
    admin: reading.object(context, 'admin', 'context.admin'),
    campaign: reading.object(context, 'campaign', 'context.campaign'),
    program: reading.object(context, 'program', 'context.program'),
    leads: reading.leads(body, reading.object(context, 'myTokenContext', 'context.myTokenContext')),
  };
  if (reading.problems.length > 0) throw malformed(reading.problems);
  return envelope;
}

/** The refusal of a batch that cannot be taken as it is. */
export function malformed(details: readonly RequestProblem[]): RequestError {
  const [first] = details;
  const message = first === undefined ? 'The batch is malformed.' : `${first.field} ${first.message}`;
  return new RequestError(400, 'INVALID_REQUEST', message, { details });
}

class Reading {
  readonly problems: RequestProblem[] = [];

  object(parent: Fields, key: string, field: string, required = false): Fields {
    const value = own(parent, key);
    if (isFields(value)) return value;
    if (value !== undefined && value !== null) this.add(field, 'must be an object', value);
    else if (required) this.add(field, 'is missing');
    return NOTHING;
  }

  text(parent: Fields, field: string): string | null {
    const value = own(parent, field);
    if (typeof value === 'string' && value !== '') return value;
    if (value === undefined || value === null || value === '') this.add(field, 'is missing');
    else this.add(field, 'must be a text', value);
    return null;
  }

  headerValue(parent: Fields, field: string, required: boolean, maxBytes: number): string | null {
    const value = own(parent, field);
    if (value === undefined || value === null || value === '') {
      if (required) this.add(field, 'is missing');
      return null;
    }
    if (typeof value === 'string' && value.length <= maxBytes && HEADER_VALUE.test(value)) return value;
    this.add(field, `must be a text of at most ${maxBytes} visible characters`, value);
    return null;
  }

  /** A text or a whole number that names something. */
  name(parent: Fields, field: string): string | null {
    const value = own(parent, field);
    if (value === undefined || value === null || value === '') return null;
    if (typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value))) return String(value);
    if (typeof value === 'string' && value.length <= NAME_MAX_LENGTH) return value;
    this.add(field, `must be a whole number, or a text of at most ${NAME_MAX_LENGTH} characters`, value);
    return null;
  }

  munchkinId(subscription: Fields): string {
    const field = 'context.subscription.munchkinId';
    const value = own(subscription, 'munchkinId');
    if (typeof value === 'string' && MUNCHKIN_ID.test(value)) return value;
    if (value === undefined || value === null || value === '') this.add(field, 'is missing');
    else this.add(field, 'is not a munchkin id', value);
    return '';
  }

  /** @param common My Tokens of the whole batch; those of a lead win. */
  leads(body: Fields, common: Fields): GivenLead[] {
    const value = own(body, 'objectData');
    if (!Array.isArray(value)) {
      this.add('objectData', value === undefined || value === null ? 'is missing' : 'must be a list', value);
      return [];
    }
    if (value.length === 0) this.add('objectData', 'has no lead');
    if (value.length > LEADS_MAX) {
      this.add('objectData', `has more than ${LEADS_MAX} leads`);
      return [];
    }
    return (value as readonly JsonValue[]).map((item, index) => this.lead(item, `objectData[${index}]`, common));
  }

  private lead(item: JsonValue, at: string, common: Fields): GivenLead {
    if (!isFields(item)) {
      this.add(at, 'must be an object', item);
      return { id: '', fields: NOTHING, flowStep: NOTHING, programMember: NOTHING, trigger: NOTHING, tokens: NOTHING };
    }
    if (own(item, 'objectType') !== 'lead') this.add(`${at}.objectType`, 'must be lead');
    const { id, ...fields } = this.object(item, 'objectContext', `${at}.objectContext`, true);
    return {
      id: this.leadId(id, `${at}.objectContext.id`),
      fields,
      flowStep: this.object(item, 'flowStepContext', `${at}.flowStepContext`),
      programMember: this.object(item, 'programMemberContext', `${at}.programMemberContext`),
      trigger: this.object(item, 'triggeringContext', `${at}.triggeringContext`),
      tokens: { ...common, ...this.object(item, 'myTokenContext', `${at}.myTokenContext`) },
    };
  }

  /** Without its id a lead cannot even fail alone: there would be nothing to name it by. */
  private leadId(value: JsonValue | undefined, field: string): string {
    const text = typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string' ? `${value}` : '';
    if (LEAD_ID.test(text) && BigInt(text) <= LARGEST_ID) return text;
    if (value === undefined || value === null) this.add(field, 'is missing');
    else this.add(field, 'must be a positive whole number of at most 64 bits', value);
    return '';
  }

  private add(field: string, message: string, value?: unknown): void {
    if (this.problems.length >= PROBLEMS_MAX) return;
    this.problems.push({ field, message, ...(value !== undefined && { received: jsonTypeOf(value) }) });
  }
}

function own(parent: Fields, key: string): JsonValue | undefined {
  return Object.hasOwn(parent, key) ? parent[key] : undefined;
}

function isFields(value: JsonValue | undefined): value is Fields {
  return isJsonObject(value);
}
