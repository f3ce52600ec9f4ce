/** The kinds of things that a stream of events tells of. */
export const TOPICS = Object.freeze([
  'actions',
  'deliveries',
  'destinations',
  'registrations',
  'tables',
  'services',
  'credentials',
  'keys',
  'notices',
  'jobs',
] as const);
export type Topic = (typeof TOPICS)[number];
