import type { CompiledExpression } from '../expressions/compile-expression.js';
import type { InboundAuthScheme } from '../config/config.js';
import type { EntityType } from '../actions/action-input.js';
import type { MarketoDefinition } from './marketo-definition.js';

/** Types a definition may declare. The wire knows fewer: see {@link wireType}. */
export type RichType =
  'string' | 'integer' | 'float' | 'boolean' | 'date' | 'datetime' | 'email' | 'url' | 'text' | 'score';

export type WireType = 'string' | 'integer' | 'float' | 'boolean' | 'date' | 'datetime';

/** The types that Adobe sees: rich types are for our own validation. */
export function wireType(type: RichType): WireType {
  switch (type) {
    case 'email':
    case 'url':
    case 'text':
      return 'string';
    case 'score':
      return 'integer';
    default:
      return type;
  }
}

/**
 * Texts in languages besides `en_US`: by language (`de_DE`), then by name of the text (`displayName`). Kept as they stand
 * and served again.
 */
export type Translations = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface AttributeDefinition {
  readonly apiName: string;
  readonly displayName: string;
  readonly description: string | null;
  readonly translations: Translations;
  readonly dataType: RichType;
  readonly required: boolean;
}

export interface FieldDefinition {
  readonly serviceAttribute: string;
  /** Further names under which a request may carry the value; read, never written. */
  readonly aliases: readonly string[];
  readonly dataType: RichType;
  /** Null unless the file gives one: Adobe's fields have a name and a description alone. */
  readonly displayName: string | null;
  readonly description: string | null;
  readonly translations: Translations;
  readonly required: boolean;
}

/** Ids that stand beside an entity's data: a field of this name is filled from there when the data lacks it. */
export const CONTEXT_IDS: ReadonlySet<string> = new Set(['leadId', 'accountId', 'personId', 'accountPersonRelId']);

export interface HeaderDefinition {
  readonly name: string;
  readonly value: string | null;
  readonly displayName: string | null;
  readonly description: string | null;
  readonly translations: Translations;
}

export interface AccessorDefinition {
  readonly accessorName: string;
  readonly dataType: WireType;
  readonly displayName: string | null;
  readonly description: string | null;
  readonly translations: Translations;
  readonly minValue: number | null;
  readonly maxValue: number | null;
  readonly allowedValues: readonly (string | number | boolean)[] | null;
  /** Sent where there is no value, or an invalid one; undefined: nothing is sent then. */
  readonly default?: string | number | boolean;
}

export interface InvocationPayloadDefinition {
  readonly globalAttributes: readonly AttributeDefinition[];
  readonly flowAttributes: readonly AttributeDefinition[];
  readonly fields: readonly FieldDefinition[];
  readonly accountFields: readonly FieldDefinition[];
  readonly headers: readonly HeaderDefinition[];
  readonly journeyContext: boolean;
  readonly subscriptionContext: boolean;
  readonly accessors: readonly AccessorDefinition[];
  /** As the file has it; Adobe's guide names it for account-person services. Undefined: left out. */
  readonly accountPersonRelationships?: unknown;
}

/** When a value that was found goes into the callback, beside the value that the request has. */
export const WRITE_POLICIES = Object.freeze(['always', 'whenEmpty', 'whenDifferent'] as const);

export type WritePolicy = (typeof WRITE_POLICIES)[number];

/** A field of a callback. */
export interface CallbackFieldDefinition extends FieldDefinition {
  readonly write: WritePolicy;
  /** `serviceAttribute` of the request's field that decides; null exactly when the value is always written. */
  readonly compareWith: string | null;
}

export interface CallbackPayloadDefinition {
  readonly fields: readonly CallbackFieldDefinition[];
  readonly accountFields: readonly CallbackFieldDefinition[];
  readonly attributes: readonly AttributeDefinition[];
}

/** Steps of which the first that finds a field ends the search. */
export interface Waterfall {
  /** For messages: the file's name for it, else the field's. */
  readonly name: string;
  /** Name of the field. */
  readonly until: string;
  /** Accessor that says which step found it; null: none does. */
  readonly accessor: string | null;
  /** Whether the action fails when no step finds the field. */
  readonly required: boolean;
  /** Undefined: always searched. */
  readonly when?: CompiledExpression;
}

/** One step of a service's pipeline. */
export interface PipelineStep {
  /** Unique in the pipeline; the provider's key unless the YAML names it. */
  readonly name: string;
  readonly provider: string;
  /** A required step's failure fails the action with its error code. */
  readonly required: boolean;
  readonly timeoutMs: number;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Condition of the step; undefined: it always runs. */
  readonly when?: CompiledExpression;
  /** The search that it is part of, one object in all of its steps. */
  readonly waterfall?: Waterfall;
}

/** The makers of a service, for its OpenAPI document. */
export interface OpenApiInfo {
  readonly title: string;
  readonly version: string;
  readonly description: string;
  readonly providerName: string;
  readonly supportContact: string;
  readonly contact: { readonly name: string; readonly email: string | null; readonly url: string | null };
  /** Further `x-…` extensions of `info`, passed through. */
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** Which company hears of finished leads. */
export interface BridgeDefinition {
  /** The company of every organisation; null when `companies` names them. */
  readonly companyId: string | null;
  /** company_id by IMS organisation. */
  readonly companies: ReadonlyMap<string, string>;
}

/** How Marketing-Cloud-style asynchronous calls reach a service. */
export interface AsyncCallsDefinition {
  /** Local name of the objects' xsi:type. */
  readonly objectType: string;
  /** Property of an object → field of the service, in the file's order: of several for one field the first filled one counts. */
  readonly fields: ReadonlyMap<string, string>;
  /** Most objects of one call. */
  readonly maxObjects: number;
}

/** The products of Adobe that a service can be called by. */
export const SERVICE_DIALECTS = Object.freeze(['externalActions', 'marketo'] as const);

export type ServiceDialect = (typeof SERVICE_DIALECTS)[number];

/** One configured service, validated, every default filled in. Source: Adobe's External Actions ServiceDefinition. */
export interface ServiceDefinition {
  readonly apiName: string;
  /** Never empty. */
  readonly dialects: readonly ServiceDialect[];
  readonly name: string;
  readonly description: string;
  readonly i18nDescription: string;
  /** Adobe's guide recommends one; null: left out. */
  readonly serviceVersion: string | null;
  readonly translations: Translations;
  readonly primaryAttribute: string;
  readonly entityType: EntityType;
  readonly enableSplitPaths: boolean;
  /** 1 to 240. */
  readonly timeoutMinutes: number;
  /** Whether `/` hands requests of this entity type to this service. */
  readonly isDefault: boolean;
  /** False: known, but every call gets 403. */
  readonly enabled: boolean;
  /** Overrides INBOUND_AUTH for this service. */
  readonly auth: InboundAuthScheme | null;
  readonly invocation: InvocationPayloadDefinition;
  readonly callback: CallbackPayloadDefinition;
  readonly openapi: OpenApiInfo;
  readonly pipeline: readonly PipelineStep[];
  /** Null: finished actions are not published. */
  readonly bridge: BridgeDefinition | null;
  /** Null: no asynchronous call reaches it. */
  readonly asyncCalls: AsyncCallsDefinition | null;
  /** Null exactly when it does not speak that dialect. */
  readonly marketo: MarketoDefinition | null;
}
