import { randomUUID } from 'node:crypto';
import { generateLead } from '../people-generator.js';
import { SeededRandom } from '../random.js';
import { type FlowParameter, MAPPED_FIELDS, type MarketoServiceContract } from './marketo-service.js';

/** A batch as it is sent, and what its callback is held against. */
export interface SimulatedBatch {
  readonly token: string;
  readonly callbackKey: string;
  readonly munchkinId: string;
  readonly path: string;
  /** Digits, in the batch's order. */
  readonly leadIds: readonly string[];
  readonly text: string;
}

export interface BatchOptions {
  readonly service: MarketoServiceContract;
  readonly munchkinId: string;
  readonly callbackBase: string;
  readonly runId: string;
  readonly seed: string;
  readonly leadsMax: number;
  /** Values of flow parameters, by name; the others take the first choice. */
  readonly step: Readonly<Record<string, string>>;
}

/** Codes that made-up leads carry as their country: some are in no table. */
const COUNTRY_CODES = ['DE', 'FR', 'GB', 'US', 'JP', 'BR', 'XX'];

/** Batch number `index` of a run: one to `leadsMax` made-up leads, the same for the same seed. */
export function makeBatch(index: number, options: BatchOptions): SimulatedBatch {
  const { service, munchkinId, callbackBase, runId, seed, leadsMax, step } = options;
  const random = new SeededRandom(`${seed}/batch/${index}`);
  const count = random.integer(1, leadsMax);
  const token = randomUUID();
  const callbackKey = `key-${index}`;
  const path = `/marketo/${runId}/${index}`;
  const leadIds = Array.from({ length: count }, (_, at) => idOf(index * leadsMax + at));
  const objectData = leadIds.map((id, at) => {
    const values = generateLead(seed, index * leadsMax + at).values;
    const fields = service.mapsRequest
      ? Object.fromEntries(MAPPED_FIELDS.request.map((name) => [name, values[name.toLowerCase()] ?? null]))
      : Object.fromEntries(service.requestFields.map(({ name }) => [name, values[name.toLowerCase()] ?? null]));
    if (service.mapsRequest) fields['country'] = random.pick(COUNTRY_CODES);
    return {
      objectType: 'lead',
      // A marker: JSON.stringify knows no integer beyond 2^53.
      objectContext: { id: `#${id}#`, ...fields },
      flowStepContext: Object.fromEntries(service.parameters.map((one) => [one.name, valueOf(one, step)])),
      programMemberContext: { status: at % 2 === 0 ? 'Registered' : 'Attended' },
      triggeringContext: { name: 'Lead-gen Form', triggerName: 'Filled Out Form' },
    };
  });
  const body = {
    token,
    batchId: `${runId}-${index}`,
    apiCallBackKey: callbackKey,
    campaignId: 1_000 + (index % 5),
    callbackUrl: callbackBase + path,
    context: {
      subscription: { munchkinId, prefix: 'simulated' },
      admin: Object.fromEntries(service.settings.map((one) => [one.name, valueOf(one, step)])),
      campaign: { id: 1_000 + (index % 5), name: `Campaign ${index % 5}` },
      program: { id: 7, name: 'Simulated program' },
    },
    objectData,
  };
  const text = JSON.stringify(body).replace(/"#(\d+)#"/g, '$1');
  return { token, callbackKey, munchkinId, path, leadIds, text };
}

/** Of 25 ids one is beyond 2^53: Marketo's are integers of 64 bits. */
function idOf(number: number): string {
  return number % 25 === 3 ? String(2n ** 53n + 1n + BigInt(number)) : String(100_000 + number);
}

function valueOf({ name, type, choices }: FlowParameter, step: Readonly<Record<string, string>>): unknown {
  const given = step[name];
  if (given !== undefined) return given;
  if (choices.length > 0) return choices[0];
  switch (type) {
    case 'boolean':
      return true;
    case 'integer':
    case 'score':
      return 10;
    case 'float':
      return 0.5;
    case 'date':
      return '2026-01-31';
    case 'datetime':
      return '2026-01-31T12:00:00Z';
    default:
      return 'text';
  }
}
