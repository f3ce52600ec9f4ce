import type { JsonValue } from '../http/json-value.js';

/** Named values of a person, an account or a flow step. */
export type Fields = Readonly<Record<string, JsonValue>>;

/** A person of an account, in the request's order. Ids are strings inside, whatever the wire had. */
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

/** What an action is about. */
export type ActionEntity = LeadEntity | AccountEntity | AccountPersonEntity;

export type EntityType = ActionEntity['kind'];

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

/** A request as every dialect's reader hands it on: entity and circumstances, no wire shapes, no secrets. */
export interface ActionInput {
  readonly entity: ActionEntity;
  readonly flowStep: Fields;
  readonly globalAttributes: Fields;
  readonly journey: Fields;
  readonly subscription: Fields;
  readonly paths: readonly JourneyPath[];
  /** Whether the answer carries accessor values. */
  readonly splitPaths: boolean;
}

/** What a request carried that is stored encrypted only. */
export interface ActionSecrets {
  /** Echoed in `X-Callback-Token`. */
  readonly token: string;
  /** `context.admin` as it came. */
  readonly admin: Fields;
  /** Custom headers by lower-case name; the real HTTP header wins over `customHeaders`. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Turns a stored request of one dialect into an ActionInput. Implemented by intake, registered per dialect. */
export interface ActionRequestReader {
  readonly dialect: string;
  /** @throws when the stored text does not parse: it was validated before it was stored, so that is a bug. */
  read(requestText: string): ActionInput;
}
