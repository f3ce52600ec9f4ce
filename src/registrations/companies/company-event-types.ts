/** The events that a company can be called back about. */
export interface CompanyEventType {
  readonly name: string;
  /** Types of one family take each other's qualifier: clients write it under a sibling's key. */
  readonly family: string;
  /** Members of the qualifier; empty: the type has none. The first is needed unless `loose`. */
  readonly qualifier: readonly string[];
  readonly loose: boolean;
  /** Keys of the entity in the delivered body, the one that names it first. */
  readonly bodyKeys: readonly [string, ...string[]];
}

function family(
  name: string,
  types: readonly string[],
  qualifier: readonly string[],
  bodyKeys: readonly [string, ...string[]],
  loose = false,
): CompanyEventType[] {
  return types.map((type) => Object.freeze({ name: type, family: name, qualifier, loose, bodyKeys }));
}

const TYPES: readonly CompanyEventType[] = Object.freeze([
  ...family('person', ['person_added', 'person_updated'], [], ['person']),
  ...family('subscription', ['subscription_added', 'subscription_removed'], ['list_id'], ['subscription']),
  ...family('subscription_list', ['subscription_list_added', 'subscription_list_updated'], [], ['subscription_list']),
  ...family('ack_participant', ['ack_participant_added', 'ack_participant_changed'], ['campaign_id'], ['participant']),
  ...family('company_participant', ['company_participant_added', 'company_participant_changed'], [], ['participant']),
  ...family('device', ['device_added', 'device_updated', 'device_removed'], ['app_id'], ['push_device', 'person']),
  ...family(
    'unmatched_message',
    ['unmatched_message_received'],
    ['source_code', 'country_code'],
    ['participant', 'source_code', 'country_code', 'message'],
  ),
  ...family(
    'wallet_item',
    ['wallet_item_install', 'wallet_item_remove'],
    ['campaign_token'],
    ['wallet_item', 'wallet_instance', 'wallet_campaign'],
  ),
  ...family('event_processed', ['event_processed'], ['event_type', 'callbacks_to_send'], ['event_processed'], true),
]);

const BY_NAME: ReadonlyMap<string, CompanyEventType> = new Map(TYPES.map((type) => [type.name, type]));

/** Every event type's name, in the order of the documentation. */
export const COMPANY_EVENT_TYPES: readonly string[] = Object.freeze(TYPES.map(({ name }) => name));

/** The event types that a registration may take in part. */
export const QUALIFIED_EVENT_TYPES: readonly string[] = Object.freeze(
  TYPES.filter(({ qualifier }) => qualifier.length > 0).map(({ name }) => name),
);

export function findEventType(name: string): CompanyEventType | null {
  return BY_NAME.get(name) ?? null;
}

/** The keys under which a type's qualifier may stand, its own first. */
export function qualifierKeysOf(type: CompanyEventType): string[] {
  if (type.qualifier.length === 0) return [];
  const siblings = TYPES.filter((other) => other.family === type.family && other.name !== type.name);
  return [type.name, ...siblings.map(({ name }) => name)];
}
