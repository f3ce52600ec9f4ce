/** Most leads of one batch. */
export const LEADS_MAX = 1_000;

/** Most choices that Marketo takes of one picklist. */
export const PICKLIST_MAX = 1_000;

/** Longest values of a callback, in bytes of UTF-8. */
export const STRING_MAX_BYTES = 255;
export const TEXT_MAX_BYTES = 2_000;

/** Longest token: it is echoed in a header, and servers take 8 KiB of headers at most. */
export const TOKEN_MAX_BYTES = 4_096;

/** Longest other text that names something: a munchkin id, a batch, a key. */
export const NAME_MAX_LENGTH = 255;
