import type { JsonValue } from '../http/json-value.js';

/** Named values of a person, an account or a flow step. */
export type Fields = Readonly<Record<string, JsonValue>>;

/** A person of an account, in the request's order. Ids are strings here, also where the wire had numbers. */
export interface PersonOfAccount {
  readonly relId: string;
  readonly accountId: string;
  readonly personId: string;
  readonly isEmployee: boolean | null;
  readonly fields: Fields;
  readonly relationship: Fields;
}

export interface LeadEntity {
  readonly kind: 'lead';
  readonly id: string;
  readonly fields: Fields;
}

export interface AccountEntity {
  readonly kind: 'account';
  readonly id: string;
  readonly fields: Fields;
}

export interface AccountPersonEntity {
  readonly kind: 'accountPerson';
  /** The account's id as the request has it at the top. */
  readonly id: string;
  readonly fields: Fields;
  readonly people: readonly PersonOfAccount[];
}

/** One person, one account, or one account with its people: what a pipeline runs over. */
export type ActionEntity = LeadEntity | AccountEntity | AccountPersonEntity;

export type EntityType = ActionEntity['kind'];

/** Why something is not enriched at all. */
export interface Refusal {
  readonly errorCode: 'INVALID_DATA' | 'TIMEOUT';
  /** One sentence, without personal data. */
  readonly reason: string;
  /** Number of the error where a dialect publishes one. */
  readonly code?: number;
}

/** One of the subjects of a batch; the pipeline runs over each by itself. */
export interface BatchSubject {
  /** Its own circumstances, where the dialect has some per subject; absent: those of the batch. */
  readonly circumstances?: Circumstances;
  readonly entity: LeadEntity | AccountEntity;
  /** The subject in its sender's words, for the answer alone. */
  readonly given: Readonly<Record<string, string>>;
  /** Set when its values do not meet the service's demands: it fails, the others do not. */
  readonly refusal: Refusal | null;
}

/** Many subjects, enriched apart and finished together. */
export interface BatchEntity {
  readonly kind: 'batch';
  readonly id: string;
  /** In the request's order. */
  readonly subjects: readonly BatchSubject[];
  /** Set when the whole batch is only to be ended. */
  readonly refusal: Refusal | null;
  /**
   * Whether one subject may fail for all: after two crashes they run one by one, and the one that ends the process again is
   * left out. Absent: the batch ends as a whole.
   */
  readonly spareOthers?: boolean;
}

/** The entity that an action is about. */
export type ActionTopic = ActionEntity | BatchEntity;

export type TopicType = ActionTopic['kind'];

/** One condition of a journey's split path: `values` are operands as strings. */
export interface PathCondition {
  readonly accessor: string;
  readonly operator: string;
  readonly values: readonly string[];
}

export interface JourneyPath {
  readonly pathId: string;
  /** Empty: the default path. */
  readonly conditions: readonly PathCondition[];
}

/** The circumstances of a request, or of one subject of a batch. */
export interface Circumstances {
  readonly flowStep: Fields;
  readonly globalAttributes: Fields;
  readonly journey: Fields;
  readonly subscription: Fields;
  readonly paths: readonly JourneyPath[];
}

/** A request as every dialect's reader hands it on: entity and circumstances, no wire shapes, no secrets. */
export interface ActionInput extends Circumstances {
  readonly entity: ActionTopic;
  /** Whether the answer carries accessor values. */
  readonly splitPaths: boolean;
}

/** The input of a request that came from no journey, or of one that is erased. */
export function withoutJourney<Topic extends ActionTopic>(entity: Topic): ActionInput & { readonly entity: Topic } {
  return { entity, flowStep: {}, globalAttributes: {}, journey: {}, subscription: {}, paths: [], splitPaths: false };
}

/** The parts of a request that are stored encrypted only. */
export interface ActionSecrets {
  /** Echoed in `X-Callback-Token`. */
  readonly token: string;
  /** `context.admin` as it came. */
  readonly admin: Fields;
  /** Sent back beside the token, where the dialect has such a key. */
  readonly callbackKey?: string;
  /** Custom headers by lower-case name; the real HTTP header wins over `customHeaders`. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Turns a stored request of one dialect into an ActionInput. Implemented by intake, registered per dialect. */
export interface ActionRequestReader {
  readonly dialect: string;
  /** @throws when the stored text does not parse: it was validated before it was stored, so that is a bug. */
  read(requestText: string): ActionInput;
}
