import { isJsonObject, type JsonValue } from '../../http/json-value.js';
import { toJsonText } from '../../http/json-text.js';
import type { RequestProblem } from '../../http/request-error.js';
import type { CompanyEventType } from './company-event-types.js';
import type { Qualifier } from './company-qualifier.js';

/** The subject of an event, under the keys it has in the delivered body. */
export type EventEntity = Readonly<Record<string, JsonValue>>;

/** The members of a delivered body that are ours. */
const OURS = new Set(['event_id', 'callback_id', 'event_type', 'callback_type', 'event_date', 'delivery_attempt']);
/** It is sent once per registration. */
const ENTITY_MAX = 256 * 1024;

/** Where an entity says which of a qualifier's values it has, the place a sample says it first. */
const PLACES: Readonly<Record<string, readonly [string, ...string[]]>> = Object.freeze({
  list_id: ['subscription.subscription_list.id', 'subscription.list_id'],
  campaign_id: [
    'participant.acquisition_campaign.id',
    'participant.acquisition_campaign.api_key',
    'participant.campaign_id',
  ],
  app_id: ['push_device.app_id'],
  source_code: ['source_code', 'source_code.source_code'],
  country_code: ['country_code', 'source_code.country_code'],
  campaign_token: ['wallet_campaign.token', 'wallet_campaign.campaign_token', 'wallet_item.campaign_token'],
  event_type: ['event_processed.event_type'],
  callbacks_to_send: ['event_processed.status', 'event_processed.callbacks_to_send'],
});

/** Reads the `entity` of a published event: under its keys, or bare where the type has one key only. */
export function readEntity(
  type: CompanyEventType,
  value: JsonValue,
): { readonly entity: EventEntity; readonly problems: readonly RequestProblem[] } {
  if (!isJsonObject(value)) return { entity: {}, problems: [{ field: 'entity', message: 'must be an object' }] };
  const isKeyed = type.bodyKeys.some((key) => Object.hasOwn(value, key));
  const [first] = type.bodyKeys;
  if (!isKeyed && type.bodyKeys.length > 1) {
    const message = `must have ${type.bodyKeys.slice(0, -1).join(', ')} or ${type.bodyKeys.at(-1)}`;
    return { entity: {}, problems: [{ field: 'entity', message }] };
  }
  const entity: EventEntity = isKeyed ? value : { [first]: value };
  const problems = Object.keys(entity)
    .filter((key) => OURS.has(key))
    .map((key) => ({ field: `entity.${key}`, message: 'is a name of ours' }));
  if (toJsonText(entity).length > ENTITY_MAX) {
    problems.push({ field: 'entity', message: `must have at most ${ENTITY_MAX} characters` });
  }
  return { entity, problems };
}

/** Whether the entity names a value of the type's qualifier at all. */
export function namesQualifier(type: CompanyEventType, entity: EventEntity): boolean {
  return type.qualifier.some((member) => valuesOf(entity, member).length > 0);
}

/** Whether a registration with this qualifier wants the entity; one without wants all. */
export function isWanted(qualifier: Qualifier | null, entity: EventEntity): boolean {
  if (qualifier === null) return true;
  return Object.entries(qualifier).every(
    ([member, value]) =>
      // "all" is no value of an entity, but the wish for every one.
      (member === 'callbacks_to_send' && value === 'all') || valuesOf(entity, member).includes(String(value)),
  );
}

/** The entity with the qualifier's values in it. */
export function withQualifier(entity: EventEntity, qualifier: Qualifier | null): EventEntity {
  let result = entity;
  for (const [member, value] of Object.entries(qualifier ?? {})) {
    if (member === 'callbacks_to_send' && value === 'all') continue;
    const [place] = PLACES[member] ?? [];
    if (place !== undefined) result = put(result, place.split('.'), value);
  }
  return result;
}

/** Objects are merged member by member, everything else is replaced. */
export function mergeEntities(below: EventEntity, above: EventEntity): EventEntity {
  const merged: Record<string, JsonValue> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const before = Object.hasOwn(merged, key) ? merged[key] : undefined;
    merged[key] = isJsonObject(before) && isJsonObject(value) ? mergeEntities(before, value) : value;
  }
  return merged;
}

function valuesOf(entity: EventEntity, member: string): string[] {
  return (PLACES[member] ?? []).flatMap((place) => {
    let value: JsonValue | undefined = entity;
    for (const key of place.split('.'))
      value = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' ? [String(value)] : [];
  });
}

function put(entity: EventEntity, [key = '', ...rest]: readonly string[], value: JsonValue): EventEntity {
  const below = entity[key];
  return { ...entity, [key]: rest.length === 0 ? value : put(isJsonObject(below) ? below : {}, rest, value) };
}
