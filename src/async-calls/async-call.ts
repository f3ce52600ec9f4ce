/** When an entry of `SendResponseTo` is called. `Always` is read as `OnCallComplete`. */
export type RespondWhen =
  'Never' | 'OnError' | 'OnExpired' | 'OnCallComplete' | 'Always' | 'OnConversationError' | 'OnConversationComplete';

/** One `HTTPPost` entry of `SendResponseTo`. */
export interface ResponseEntry {
  readonly url: string;
  readonly respondWhen: RespondWhen;
  /** Whether `ResultDetailXML` is sent. */
  readonly includeResults: boolean;
  /** Whether its results carry their objects. */
  readonly includeObjects: boolean;
  readonly onlyIncludeBase: boolean;
}

/** Where a call stands in a conversation: parts arrive in any order and run in the order of `sequenceCode`, from 1. */
export interface ConversationPart {
  readonly conversationId: string;
  readonly sequenceCode: number;
  readonly callsInConversation: number;
}

/** One object of a call: its properties as they came, by name (Attributes flattened). `ordinal` counts from 0. */
export interface CallObject {
  readonly ordinal: number;
  readonly properties: Readonly<Record<string, string>>;
}

/** A validated Create, about to be stored; one call becomes one action. */
export interface NewAsyncCall {
  readonly clientId: string;
  /** Local name of the objects' xsi:type, for example `Subscriber`. */
  readonly objectType: string;
  readonly objects: readonly CallObject[];
  readonly responses: readonly ResponseEntry[];
  readonly part: ConversationPart | null;
  readonly priority: 'High' | 'Medium' | 'Low';
  /** Not to be started before; epoch milliseconds, null: at once. */
  readonly scheduledAtMs: number | null;
  /** Not to be started after; epoch milliseconds, null: the service's own limit. */
  readonly expiresAtMs: number | null;
  /** The client's own name for what belongs together; told with the result. */
  readonly correlationId: string | null;
}

/** A published error code with its text. */
export interface CallProblem {
  readonly code: number;
  readonly message: string;
}

/** `queued` is in Postgres. */
export type SubmittedCall =
  { readonly kind: 'queued'; readonly requestId: string } | { readonly kind: 'refused'; readonly problem: CallProblem };

/** The outcome of one object. */
export interface ObjectResult {
  readonly ordinal: number;
  readonly ok: boolean;
  readonly statusMessage: string;
  /** Null when ok. */
  readonly errorCode: number | null;
  /** The object's properties with what enrichment added, under the wire's names. */
  readonly properties: Readonly<Record<string, string>>;
}

/** The outcome of a call. */
export interface CallResult {
  readonly requestId: string;
  readonly correlationId: string | null;
  readonly overallStatus: 'OK' | 'Error' | 'Has Errors';
  readonly objects: readonly ObjectResult[];
}

/** A stored result, as `Retrieve` shows it; one per call (`ResultMessage`) or per object (`ResultItem`, with an ordinal). */
export interface StoredResult {
  readonly requestId: string;
  readonly conversationId: string | null;
  readonly sequenceCode: number | null;
  readonly callsInConversation: number | null;
  readonly correlationId: string | null;
  readonly overallStatusCode: string;
  readonly statusCode: string;
  readonly statusMessage: string | null;
  readonly errorCode: number | null;
  readonly createdAt: Date;
  readonly objectType: string;
  readonly objects: readonly ObjectResult[];
}

/** Simple filters on one of two properties, joined by AND and OR. */
export type ResultFilter =
  | { readonly property: 'RequestID' | 'ConversationID'; readonly equals: string }
  | { readonly operator: 'AND' | 'OR'; readonly left: ResultFilter; readonly right: ResultFilter };

export interface ResultPage {
  readonly results: readonly StoredResult[];
  /** Hand it in again for the next page; null: there is none. */
  readonly next: string | null;
}
