/** SQL: the service of the action that the row of deliveries `alias` is about; null for an event. */
export function serviceOf(alias: string): string {
  return `(SELECT o.service FROM actions o WHERE o.id = ${alias}.owner_id)`;
}

/** SQL: the type of the event that the row of deliveries `alias` is about; null for an action. */
export function eventTypeOf(alias: string): string {
  return `coalesce((SELECT c.event_type FROM company_events c WHERE c.id = ${alias}.owner_id),
  (SELECT q.callback_event FROM eqp_events q WHERE q.id = ${alias}.owner_id))`;
}
