import { changes } from './changes.js';
import type { Topic } from './topics.js';

/** By the beginning of the verb; the first that fits counts. Acts that only read change nothing. */
const TOPICS_OF: readonly (readonly [beginning: string, topics: readonly Topic[]])[] = [
  ['lookup.rows.read', []],
  ['company.event', ['deliveries']],
  ['eqp.event', ['deliveries']],
  ['registration.test', ['deliveries']],
  ['notice.test', ['notices', 'deliveries']],
  ['resend', ['deliveries', 'actions']],
  ['delivery.try-now', ['deliveries']],
  ['registration', ['registrations', 'destinations']],
  ['destination', ['destinations', 'registrations']],
  ['company', ['registrations']],
  ['eqp', ['registrations']],
  ['async.client', ['registrations']],
  ['credential', ['credentials']],
  ['secret', ['credentials']],
  ['oauth', ['credentials']],
  ['recover', ['jobs']],
  ['erase', ['jobs']],
  ['lookup', ['tables']],
  ['tenant', ['services']],
  ['notice', ['notices']],
  ['key', ['keys']],
];
const OBJECT = /^(?:action|delivery):([0-9a-f-]{36})$/;

/** Marks the change that an administrator made, for when it is committed. */
export function markAudited(tx: object, verb: string, target: string): void {
  if (!changes.watched) return;
  const topics = TOPICS_OF.find(([beginning]) => verb.startsWith(beginning))?.[1] ?? [];
  const id = OBJECT.exec(target)?.[1];
  for (const topic of topics) changes.markIn(tx, topic, id);
}
