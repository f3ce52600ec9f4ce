import { describe, expect, it } from 'vitest';
import type { BatchEntity } from '../../actions/action-input.js';
import type { ActionOutcome, ActionResult } from '../../actions/action-result.js';
import type { JsonValue } from '../../http/json-value.js';
import { BATCH_ERROR_CODES, LEAD_ERROR_CODES } from '../marketo-codes.js';
import { CallbackShape, failedBatch } from './callback-body.js';

const AT = new Date('2026-01-31T12:00:00.987Z');
const EMPTY: ActionResult = { fields: {}, accountFields: {}, accessors: {}, people: new Map(), attributes: {} };

type Service = ConstructorParameters<typeof CallbackShape>[0];
const service = (mapsCallback = false): Service =>
  ({
    callback: {
      fields: [
        { serviceAttribute: 'label', dataType: 'string' },
        { serviceAttribute: 'story', dataType: 'text' },
        { serviceAttribute: 'points', dataType: 'score' },
        { serviceAttribute: 'born', dataType: 'date' },
        { serviceAttribute: 'share', dataType: 'float' },
        { serviceAttribute: 'mail', dataType: 'email' },
      ],
      attributes: [{ apiName: 'seen', dataType: 'text' }],
    },
    marketo: { mapsCallback },
  }) as unknown as Service;

const batch = (...ids: string[]): BatchEntity => ({
  kind: 'batch',
  id: 'b',
  refusal: null,
  subjects: ids.map((id) => ({ entity: { kind: 'lead', id, fields: {} }, given: {}, refusal: null })),
});
const found = (fields: Record<string, JsonValue>, more: Partial<ActionResult> = {}): ActionOutcome => ({
  kind: 'success',
  result: { ...EMPTY, fields, ...more },
});
const all = (...subjects: ActionOutcome[]): ActionOutcome => ({ kind: 'success', result: { ...EMPTY, subjects } });

function built(fields: Record<string, JsonValue>, more: Partial<ActionResult> = {}, mapsCallback = false) {
  const shape = new CallbackShape(service(mapsCallback));
  const { body, dropped } = shape.build('123-ABC-456', batch('1'), all(found(fields, more)), AT);
  const { objectData } = JSON.parse(body) as { objectData: { leadData: object; activityData: object }[] };
  return { ...objectData[0], dropped };
}

describe('the callback of a batch', () => {
  it('has whole seconds, and nothing of the token', () => {
    const { body } = new CallbackShape(service()).build('123-ABC-456', batch('1'), all(found({})), AT);
    expect(JSON.parse(body)).toEqual({
      munchkinId: '123-ABC-456',
      time: '2026-01-31T12:00:00Z',
      objectData: [{ leadData: { id: 1 }, activityData: { success: true } }],
    });
  });

  it.each<[name: string, given: Record<string, JsonValue>, leadData: object]>([
    ['a text that clears a field', { label: 'null', story: 'null' }, { label: 'null', story: 'null' }],
    ['a null, which clears nothing', { label: null, points: null }, {}],
    ['a change of a score', { points: ' +5 ' }, { points: '+5' }],
    ['a score as a text', { points: '5' }, { points: 5 }],
    ['a day out of a moment', { born: '2026-01-31T23:30:00.5-11:00' }, { born: '2026-01-31' }],
    [
      'a text at its limit',
      { label: 'x'.repeat(255), story: 'y'.repeat(2_000) },
      { label: 'x'.repeat(255), story: 'y'.repeat(2_000) },
    ],
    [
      'a text cut before a character of four bytes',
      { label: `${'x'.repeat(252)}\u{1F600}` },
      { label: 'x'.repeat(252) },
    ],
    ['a text cut after one', { story: '\u{1F600}'.repeat(600) }, { story: '\u{1F600}'.repeat(500) }],
    ['an address cut as texts are', { mail: `${'ü'.repeat(200)}@example.com` }, { mail: 'ü'.repeat(127) }],
    ['fields that are not declared', { other: 'x', id: 5 }, {}],
  ])('writes %s', (_name, given, leadData) => {
    expect(built(given)).toMatchObject({ leadData: { id: 1, ...leadData }, dropped: [] });
    expect(Object.keys(built(given).leadData ?? {}).sort()).toEqual(['id', ...Object.keys(leadData)].sort());
  });

  it.each<[given: Record<string, JsonValue>]>([
    [{ points: '+5.5' }],
    [{ points: 2 ** 31 }],
    [{ points: '+9999999999' }],
    [{ points: 'null' }],
    [{ born: 'soon' }],
    [{ share: 'much' }],
    [{ label: { a: 1 } }],
  ])('leaves %j out, and names the field', (given) => {
    expect(built(given)).toMatchObject({ leadData: { id: 1 }, dropped: Object.keys(given) });
  });

  it('carries fields that only the administrator knows: never the id, a null or an object', () => {
    const fields = {
      free: 'x'.repeat(300),
      count: 7,
      big: 2n ** 40n,
      share: 0.5,
      yes: true,
      none: null,
      list: [1],
      id: 9,
    };
    const leadData = { id: 1, free: 'x'.repeat(255), count: 7, share: 0.5, yes: true };
    expect(built(fields, {}, true)).toMatchObject({ leadData, dropped: ['big', 'list'] });
    expect(built(fields, {}, true).leadData).toEqual(leadData);
  });

  it('leaves out fields that a write rule keeps', () => {
    const kept = { fields: new Set(['label']), accountFields: new Set<string>(), people: new Map() };
    expect(built({ label: 'new', story: 'new' }, { kept }).leadData).toEqual({ id: 1, story: 'new' });
  });

  it('has each lead of a repeated id, in order, and the id alone of those that failed', () => {
    const failure: ActionOutcome = { kind: 'failure', errorCode: 'NOT_FOUND', reason: 'ü'.repeat(200) };
    const outcome = all(found({ label: 'a' }), failure, found({ label: 'c' }));
    const { body } = new CallbackShape(service()).build('m', batch('7', '7', '9223372036854775807'), outcome, AT);
    const { objectData } = JSON.parse(body) as { objectData: { leadData: object; activityData: { reason: string } }[] };
    expect(objectData[0]?.leadData).toEqual({ id: 7, label: 'a' });
    expect(objectData[1]).toEqual({
      leadData: { id: 7 },
      activityData: { success: false, errorCode: 'NOT_FOUND', reason: 'ü'.repeat(127) },
    });
    expect(body).toContain('"leadData":{"id":9223372036854775807,"label":"c"}');
  });

  it('says TIMEOUT of leads without a result, and the same of all when there is none', () => {
    const shape = new CallbackShape(service());
    const codes = (outcome: ActionOutcome): (string | undefined)[] => {
      const { objectData } = JSON.parse(shape.build('m', batch('1', '2'), outcome, AT).body) as {
        objectData: { activityData: { errorCode?: string } }[];
      };
      return objectData.map(({ activityData }) => activityData.errorCode);
    };
    expect(codes(all(found({})))).toEqual([undefined, 'TIMEOUT']);
    expect(codes({ kind: 'failure', errorCode: 'TIMEOUT', reason: 'late' })).toEqual(['TIMEOUT', 'TIMEOUT']);
  });

  it('of a whole batch that failed has a code that no lead has', () => {
    const { body } = failedBatch('m', 'BATCH_FAILED', 'ü'.repeat(200), AT);
    expect(JSON.parse(body)).toEqual({
      munchkinId: 'm',
      time: '2026-01-31T12:00:00Z',
      errorCode: 'BATCH_FAILED',
      errorMessage: 'ü'.repeat(127),
      objectData: [],
    });
    const ofLeads: readonly string[] = LEAD_ERROR_CODES;
    expect(BATCH_ERROR_CODES.filter((code) => ofLeads.includes(code))).toEqual([]);
  });
});
