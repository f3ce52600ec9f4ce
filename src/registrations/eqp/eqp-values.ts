/** The state of a submission as a whole. */
export const OVERALL_STATUSES = Object.freeze([
  'draft',
  'in_progress',
  'approved',
  'released_to_store',
  'developer_removed_from_store',
  'admin_removed_from_store',
  'canceled_by_developer',
  'canceled_by_admin',
] as const);

/** Where the technical review stands. */
export const TECHNICAL_STATUSES = Object.freeze([
  'draft',
  'in_automation',
  'awaiting_manual_qa',
  'in_manual_qa',
  'approved',
  'rejected',
  'recalled',
] as const);

/** Where the marketing review stands. */
export const MARKETING_STATUSES = Object.freeze([
  'draft',
  'awaiting_marketing_review',
  'in_marketing_review',
  'approved',
  'approved_with_modifications_pending',
  'rejected',
  'recalled',
] as const);

/** Which review an event is about. */
export const EQP_FLOWS = Object.freeze(['technical', 'marketing'] as const);

/** The events that the subscriber is called back about. */
export const CALLBACK_EVENTS = Object.freeze(['malware_scan_complete', 'eqp_status_update'] as const);

/** The first two are sent; the others are understood where events enter. */
export const TOOL_RESULTS = Object.freeze(['passed', 'failed', 'pass', 'fail'] as const);

export type OverallStatus = (typeof OVERALL_STATUSES)[number];
export type TechnicalStatus = (typeof TECHNICAL_STATUSES)[number];
export type MarketingStatus = (typeof MARKETING_STATUSES)[number];
export type EqpFlow = (typeof EQP_FLOWS)[number];
export type CallbackEvent = (typeof CALLBACK_EVENTS)[number];
export type MalwareStatus = 'pass' | 'fail' | 'in-progress';

/** Text that can be stored and shown: nothing of control, no half of a surrogate pair. */
export const PLAIN_TEXT = /^[^\p{Cc}\p{Cs}]*$/u;
