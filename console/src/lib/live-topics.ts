import { type Topic, TOPICS } from '../../../src/live/topics.js';

/** How a view follows changes. */
export interface Following {
  readonly topics: readonly Topic[];
  /** The shortest time between two requests, and the longest one, while more changes than a person can read. */
  readonly gapMs: number;
  /** The view is counted later than the change: it is asked for once more after this time. */
  readonly laterMs?: number;
}

const SECOND = 1_000;
export const LONGEST_GAP_MS = 5 * SECOND;
/** The service writes its figures every five seconds. */
const FIGURES: Following = {
  topics: ['actions', 'deliveries', 'destinations'],
  gapMs: 5 * SECOND,
  laterMs: 10 * SECOND,
};

/** By the beginning of the path; the first that fits counts. */
const FOLLOWINGS: readonly (readonly [path: string, following: Following])[] = [
  ['/admin/statistics', FIGURES],
  ['/admin/destinations', FIGURES],
  ['/admin/status', { topics: ['actions', 'deliveries', 'services', 'credentials'], gapMs: 2 * SECOND }],
  ['/admin/actions', { topics: ['actions', 'deliveries'], gapMs: SECOND }],
  ['/admin/deliveries', { topics: ['deliveries'], gapMs: SECOND }],
  // A job that sends again shows in the deliveries before it ends.
  ['/admin/recoveries', { topics: ['jobs', 'deliveries'], gapMs: SECOND }],
  ['/admin/erase', { topics: ['jobs'], gapMs: SECOND }],
  ['/admin/registrations', { topics: ['registrations', 'deliveries'], gapMs: SECOND }],
  ['/admin/lookup-tables', { topics: ['tables'], gapMs: SECOND }],
  ['/admin/services', { topics: ['services', 'credentials'], gapMs: SECOND }],
  ['/admin/secrets', { topics: ['credentials'], gapMs: SECOND }],
  ['/admin/adobe-credentials', { topics: ['credentials'], gapMs: SECOND }],
  ['/admin/keys', { topics: ['keys'], gapMs: SECOND }],
  ['/admin/notices', { topics: ['notices'], gapMs: SECOND }],
];

/** Null: no event tells of changes of the view, so that it is asked for at intervals. */
export function followingOf(path: string): Following | null {
  return FOLLOWINGS.find(([start]) => path === start || path.startsWith(`${start}/`))?.[1] ?? null;
}

/** What an event tells of. */
export interface LiveChange {
  readonly topics: readonly Topic[];
  /** Actions and deliveries that changed; the service counts to fifty. */
  readonly changed: number;
}

/** Anything may have changed. */
export const ALL_CHANGED: LiveChange = { topics: TOPICS, changed: 0 };

/** An event that cannot be read may be about anything. */
export function changeOf(data: string): LiveChange {
  try {
    const { topics, ids } = JSON.parse(data) as { readonly topics?: unknown; readonly ids?: unknown };
    if (Array.isArray(topics)) {
      const changed = Array.isArray(ids) ? ids.length : 0;
      return { topics: TOPICS.filter((topic) => topics.includes(topic)), changed };
    }
  } catch {
    // Falls through.
  }
  return ALL_CHANGED;
}
