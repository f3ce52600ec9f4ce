const DELAY_MAX_MS = 366 * 24 * 60 * 60 * 1_000;
const DELAY_OF_NONE_MS = 60_000;

/** A text as PostgreSQL takes it: U+FFFD instead of NUL, which no text may hold, and of half a surrogate pair, which no json may. */
export function storableText(text: string): string {
  if (!/[\0\ud800-\udfff]/.test(text)) return text;
  return Buffer.from(text.replaceAll('\0', '\ufffd'), 'utf8').toString('utf8');
}

export function storableTextOrNull(text: string | null | undefined): string | null {
  return text == null ? null : storableText(text);
}

/** Milliseconds as an interval takes them: at most a year; a minute for what is no number. */
export function storableDelayMs(delayMs: number): number {
  return Number.isNaN(delayMs) ? DELAY_OF_NONE_MS : Math.min(Math.max(delayMs, 0), DELAY_MAX_MS);
}
