/** The reasons to write to people. */
export const NOTICE_CAUSES = Object.freeze([
  'registrationDisabled',
  'callbacksDead',
  'credentialRefused',
  'backlog',
  'lag',
  'tableJobEnded',
] as const);
export type NoticeCause = (typeof NOTICE_CAUSES)[number];

/** The forms of a message: of our own, for a channel of Slack, or for one of Teams. */
export const NOTICE_FORMATS = Object.freeze(['json', 'slack', 'teams'] as const);
export type NoticeFormat = (typeof NOTICE_FORMATS)[number];

/** The largest bounds of the causes that have one. */
export const NOTICE_BOUND_MAX = Object.freeze({ backlogRows: 100_000, lagSeconds: 86_400 });

/** The channel of its deliveries. */
export const NOTICE_CHANNEL = 'notice';

/** The bounds of the causes that have one; null: not given. */
export interface NoticeBounds {
  /** Requests that wait to be enriched. */
  readonly backlogRows: number | null;
  /** Seconds that the most urgent request has waited. */
  readonly lagSeconds: number | null;
}

/** The parts that an edit may change. */
export interface NoticeTerms extends NoticeBounds {
  readonly name: string;
  readonly format: NoticeFormat;
  readonly causes: readonly NoticeCause[];
}

/** A notice as it is stored, without its address and its secrets. */
export interface NoticeRow extends NoticeTerms {
  /** uuidv7; the scope of its destination. */
  readonly id: string;
  readonly origin: string;
  /** Counts the addresses that it has had. */
  readonly urlVersion: number;
  readonly isPaused: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** When it wrote last; null: not yet. */
  readonly toldAt: Date | null;
}
