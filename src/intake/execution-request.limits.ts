/** Longest token: it is echoed in a header, and servers take 8 KiB of headers at most. */
export const TOKEN_MAX_BYTES = 4096;

/** Longest organisation id; Adobe's have 33 characters. */
export const ORG_MAX_BYTES = 255;

/** Most paths of a journey's split, and most conditions of one path. */
export const PATHS_MAX = 1000;
