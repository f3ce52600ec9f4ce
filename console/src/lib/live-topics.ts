import { type Topic, TOPICS } from '../../../src/live/topics.js';

/** How a view follows changes. */
export interface Following {
  readonly topics: readonly Topic[];
  /** The shortest time between two requests. */
  readonly gapMs: number;
  /** The view is counted later than the change: it is asked for once more after this time. */
  readonly laterMs?: number;
}

const SECOND = 1_000;
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

/** The topics of an event; an event that cannot be read may be about anything. */
export function topicsOf(data: string): readonly Topic[] {
  try {
    const { topics } = JSON.parse(data) as { readonly topics?: unknown };
    if (Array.isArray(topics)) return TOPICS.filter((topic) => topics.includes(topic));
  } catch {
    // Falls through.
  }
  return TOPICS;
}
