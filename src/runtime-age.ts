/** The last day with security fixes, by major version: nodejs.org/en/about/previous-releases. Odd ones are never long-lived. */
const LAST_DAYS: Readonly<Record<number, string>> = Object.freeze({
  20: '2026-04-30',
  21: '2024-06-01',
  22: '2027-04-30',
  23: '2025-06-01',
  24: '2028-04-30',
  25: '2026-06-01',
  26: '2029-04-30',
});

/** A sentence for the log when this Node gets no more security fixes, else null. @param version such as `v20.19.6` */
export function describeOldRuntime(version: string, today = new Date()): string | null {
  const lastDay = LAST_DAYS[Number.parseInt(version.replace('v', ''), 10)];
  if (lastDay === undefined || today <= new Date(`${lastDay}T23:59:59Z`)) return null;
  return `Node ${version} is past its end of life: it has had no security fixes since ${lastDay}. The service works on it; run Node 24, as the image does.`;
}
