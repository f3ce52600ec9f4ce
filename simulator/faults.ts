import { UsageError } from './options.js';
import { SeededRandom } from './random.js';

/** Ways the callback endpoint can misbehave. `slow` answers properly, but 2 s late; `drop` closes the socket unanswered. */
export const FAULT_KINDS = Object.freeze(['5xx', '429', '401', 'slow', 'drop'] as const);

export type FaultKind = (typeof FAULT_KINDS)[number];

export type FaultRates = ReadonlyMap<FaultKind, number>;

/** Later attempts are always answered properly, so that everything arrives in the end. */
const FAULTY_ATTEMPTS = 2;

/** Reads options such as `5xx=0.2`. @throws UsageError on an unknown kind or a rate outside 0 to 1. */
export function parseFaults(options: readonly string[]): FaultRates {
  const rates = new Map<FaultKind, number>();
  for (const option of options) {
    const [name, rateText] = option.split('=');
    const kind = FAULT_KINDS.find((known) => known === name);
    const rate = Number(rateText);
    if (kind === undefined || rateText === undefined || rateText === '' || !(rate >= 0 && rate <= 1)) {
      throw new UsageError(`--fail ${option}: say one of ${FAULT_KINDS.join(', ')}, "=", and a rate from 0 to 1`);
    }
    rates.set(kind, rate);
  }
  if ([...rates.values()].reduce((sum, rate) => sum + rate, 0) > 1)
    throw new UsageError('--fail: the rates add up to over 1');
  return rates;
}

/**
 * The fault one attempt meets, the same for the same seed, key and number; null for a proper answer.
 * A second attempt is never met with 401: by the contract two in a row end a delivery.
 */
export function faultFor(rates: FaultRates, seed: string, key: string, attempt: number): FaultKind | null {
  if (rates.size === 0 || attempt > FAULTY_ATTEMPTS) return null;
  let draw = new SeededRandom(`${seed}/${key}/${attempt}`).next();
  for (const [kind, rate] of rates) {
    if (draw < rate) return kind === '401' && attempt > 1 ? null : kind;
    draw -= rate;
  }
  return null;
}
