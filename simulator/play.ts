import { randomBytes } from 'node:crypto';
import type { CallerCredentials } from './caller-credentials.js';
import type { JourneyLedger } from './journey-ledger.js';
import { planSize, playJourney, type JourneyPlan, type JourneyService } from './journey-player.js';
import { summarize, type JourneyResult } from './journey-result.js';
import { Progress } from './progress.js';
import { writeReport } from './report.js';
import { findService } from './service-finder.js';
import type { EntityType } from './service-contract.js';

export interface PlayOptions {
  /** Where the service answers. */
  readonly url: string;
  readonly apiKey: CallerCredentials;
  readonly callbackBase: string;
  readonly services: Readonly<Record<EntityType, string>>;
  readonly counts: Readonly<Record<EntityType, number>>;
  readonly seed: string;
  readonly concurrency: number;
  readonly timeoutMinutes: number;
  readonly json: boolean;
  /** Whether the first subject of each service is a request of Adobe's documents. */
  readonly documented?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Plays one journey against a running service, with progress, and prints what came of it: a report, or with `json`
 * the report on stderr and the summary as the last line of stdout.
 */
export async function play(options: PlayOptions, ledger: JourneyLedger): Promise<JourneyResult> {
  const steps = await findSteps(options);
  const plan: JourneyPlan = {
    ...options,
    runId: `run-${randomBytes(6).toString('hex')}`,
    steps,
  };
  const total = planSize(plan);
  const talk = options.json ? process.stderr : process.stdout;
  talk.write(`Playing a journey of ${describeCounts(options.counts)} against ${options.url} (seed ${options.seed})\n`);
  const progress = new Progress(talk, () => ({
    total,
    acknowledged: ledger.acknowledgedCount,
    settled: ledger.settled,
  }));
  try {
    await playJourney(plan, ledger);
  } finally {
    progress.stop();
  }
  const result = summarize(ledger);
  const contracts = steps.map((step) => step.service.contract);
  talk.write(`${writeReport(ledger, result, contracts)}\n`);
  return result;
}

/** People, accounts and groups for a total, in the demo's proportion of 6 : 2 : 1. */
export function splitTotal(total: number): Record<EntityType, number> {
  const account = Math.floor((total * 2) / 9);
  const accountPerson = Math.floor(total / 9);
  return { lead: total - account - accountPerson, account, accountPerson };
}

async function findSteps(options: PlayOptions): Promise<{ service: JourneyService; count: number }[]> {
  const types = (Object.keys(options.counts) as EntityType[]).filter((type) => options.counts[type] > 0);
  return Promise.all(
    types.map(async (type) => ({
      service: await findService(options.url, type, options.services[type], options.apiKey),
      count: options.counts[type],
    })),
  );
}

function describeCounts(counts: Readonly<Record<EntityType, number>>): string {
  return `${counts.lead} leads, ${counts.account} accounts and ${counts.accountPerson} buying groups`;
}
