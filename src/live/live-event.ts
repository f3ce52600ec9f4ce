import { type Change, IDS_MAX } from './changes.js';
import { type Topic, TOPICS } from './topics.js';
import { UUID } from '../http/uuid.pipe.js';

/** An event as it goes to a stream: its number in this process, and its text. */
export interface LiveEvent {
  readonly number: number;
  readonly text: string;
}

/** The words of a process to the others. */
export interface PeerSaying {
  readonly from: string;
  /** Null: something was lost. */
  readonly change: Change | null;
}

const TOPIC_SET: ReadonlySet<string> = new Set(TOPICS);

export function changedEvent(processId: string, number: number, { topics, ids }: Change): LiveEvent {
  return { number, text: frame(processId, number, 'changed', JSON.stringify({ topics, ids })) };
}

/** Everything may have changed. */
export function resyncEvent(processId: string, number: number): LiveEvent {
  return { number, text: frame(processId, number, 'resync', '{}') };
}

/** Tells a client the number that it goes on from, and nothing else: an event without data is none. */
export function greeting(processId: string, number: number): string {
  return `retry: 2000\nid: ${processId}:${number}\n\n`;
}

/** Fifty ids and every topic are 2,200 bytes; PostgreSQL takes less than 8,000. */
export function toPayload({ from, change }: PeerSaying): string {
  return JSON.stringify(change === null ? { from } : { from, topics: change.topics, ids: change.ids });
}

/** Null for a text that no process of ours says. Every user of the database may NOTIFY. */
export function readPayload(payload: string): PeerSaying | null {
  const said = parse(payload);
  const { from, topics, ids } = said ?? {};
  if (typeof from !== 'string' || !UUID.test(from)) return null;
  if (topics === undefined) return { from, change: null };
  if (!Array.isArray(topics) || !Array.isArray(ids)) return null;
  // A later version may have topics that this one does not know.
  const known = topics.filter((topic): topic is Topic => TOPIC_SET.has(topic as string));
  const valid = ids.filter((id): id is string => typeof id === 'string' && UUID.test(id)).slice(0, IDS_MAX);
  return { from, change: { topics: [...new Set(known)], ids: valid } };
}

function parse(payload: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(payload);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function frame(processId: string, number: number, event: string, data: string): string {
  return `id: ${processId}:${number}\nevent: ${event}\ndata: ${data}\n\n`;
}
