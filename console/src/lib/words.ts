const NUMBER = new Intl.NumberFormat('en-GB');
const COMPACT = new Intl.NumberFormat('en-GB', { notation: 'compact', maximumFractionDigits: 1 });

export function asNumber(count: number): string {
  return count < 100_000 ? NUMBER.format(count) : COMPACT.format(count);
}

/** `84 ms`, `1.2 s`, `3 min`; a dash for null. */
export function asDuration(ms: number | null): string {
  if (ms === null) return '–';
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  return ms < 3_600_000 ? `${Math.round(ms / 60_000)} min` : `${(ms / 3_600_000).toFixed(1)} h`;
}

export function asShare(share: number | null): string {
  return share === null ? '–' : `${(Math.floor(share * 1_000) / 10).toFixed(1)} %`;
}

/** `calling_back` and `halfOpen` as people write them. */
export function asWords(name: string): string {
  return name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/_/g, ' ')
    .toLowerCase();
}

export function shortId(id: string): string {
  return `…${id.slice(-8)}`;
}
