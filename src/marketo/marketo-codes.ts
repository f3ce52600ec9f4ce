import { ACTION_ERROR_CODES } from '../actions/action-result.js';

/** Codes of a single lead, in its `activityData`. */
export const LEAD_ERROR_CODES = ACTION_ERROR_CODES;

/** Codes of a whole batch, beside `munchkinId`. Marketo ignores `objectData` then. None of them is a code of a lead. */
export const BATCH_ERROR_CODES = Object.freeze(['BATCH_FAILED', 'BATCH_ERASED'] as const);

export type BatchErrorCode = (typeof BATCH_ERROR_CODES)[number];
