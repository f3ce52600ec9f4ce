import type {
  ActionInput,
  ActionRequestReader,
  BatchEntity,
  BatchSubject,
  Fields,
} from '../../actions/action-input.js';
import { parseJsonText } from '../../http/json-body.js';

/** Dialect of the actions, and key of the channel, of Marketo's batches. */
export const MARKETO = 'marketo';

const NOTHING: Fields = Object.freeze({});

/** A lead of a batch as it is stored: checked, its values of their types. */
export interface StoredLead {
  /** Digits. */
  readonly id: string;
  readonly fields: Fields;
  readonly flowStep: Fields;
  readonly programMember: Fields;
  readonly trigger: Fields;
  readonly tokens: Fields;
  /** Why it is not enriched; null: it is. */
  readonly refusal: string | null;
}

/** A batch as it is stored: all but its secrets, with what its leads have in common. */
export interface StoredBatch {
  readonly batchId: string | null;
  readonly campaignId: string | null;
  readonly subscription: Fields;
  readonly campaign: Fields;
  readonly program: Fields;
  readonly leads: readonly StoredLead[];
}

/** A batch as the stages know it; the live one and the stored one go through here. `id` tells batches apart. */
export function toBatchInput(batch: StoredBatch, id: string): ActionInput & { readonly entity: BatchEntity } {
  const journey = journeyOf(batch);
  const common = { globalAttributes: NOTHING, subscription: batch.subscription, paths: [] };
  const subjects = batch.leads.map((lead): BatchSubject => ({
    entity: { kind: 'lead', id: lead.id, fields: lead.fields },
    given: {},
    refusal: lead.refusal === null ? null : { errorCode: 'INVALID_DATA', reason: lead.refusal },
    circumstances: {
      ...common,
      flowStep: lead.flowStep,
      journey: { ...journey, programMember: lead.programMember, trigger: lead.trigger, tokens: lead.tokens },
    },
  }));
  const entity: BatchEntity = { kind: 'batch', id, subjects, refusal: null, spareOthers: true };
  return { entity, flowStep: NOTHING, journey, splitPaths: false, ...common };
}

/** A campaign is to Marketo what a journey is elsewhere, so providers find it in the same place. */
function journeyOf({ batchId, campaignId, campaign, program }: StoredBatch): Fields {
  const { name } = campaign;
  return {
    ...(campaignId !== null && { id: campaignId }),
    ...(typeof name === 'string' && { name }),
    ...(batchId !== null && { batchId }),
    campaign,
    program,
  };
}

/** Reads stored batches. They were checked before they were stored, so nothing is checked again. */
export class BatchRequestReader implements ActionRequestReader {
  readonly dialect = MARKETO;

  read(requestText: string): ActionInput {
    return toBatchInput(parseJsonText(requestText) as unknown as StoredBatch, '');
  }
}
