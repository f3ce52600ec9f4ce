import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JourneyLedger } from './journey-ledger.js';
import { generateAccount, generateGroup, generateLead } from './people-generator.js';
import { writeDocumentedRequest, writeEntityRequest, writeGroupRequest } from './execution-request.js';
import { type CallerCredentials, credentialHeaders } from './caller-credentials.js';
import { submitAction } from './submit-action.js';
import { readSubmission } from './submission.js';
import type { EntityType, ServiceContract } from './service-contract.js';
import { Agent } from 'undici';

/** One service a journey calls. */
export interface JourneyService {
  /** e.g. `http://127.0.0.1:3000/services/contact-quality`. */
  readonly base: string;
  readonly contract: ServiceContract;
}

export interface JourneyPlan {
  readonly runId: string;
  readonly seed: string;
  readonly apiKey: CallerCredentials;
  /** e.g. `http://127.0.0.1:4010`. */
  readonly callbackBase: string;
  readonly steps: readonly { readonly service: JourneyService; readonly count: number }[];
  readonly concurrency: number;
  readonly timeoutMinutes: number;
  /** Whether the first subject of each service is a request of Adobe's documents. */
  readonly documented?: boolean;
  readonly signal?: AbortSignal;
}

/** Callbacks past their deadline are still counted, as late, if they come within this time. */
const LATE_GRACE_MS = 10_000;
/** A second delivery would follow the first soon. */
const DUPLICATE_WATCH_MS = 1000;

/** How many subjects a plan submits. */
export function planSize(plan: JourneyPlan): number {
  return plan.steps.reduce((sum, step) => sum + step.count, 0);
}

/** Submits everything a plan holds and waits until every callback came or its time is over; results are in the ledger. */
export async function playJourney(plan: JourneyPlan, ledger: JourneyLedger): Promise<void> {
  const agent = new Agent({ connections: plan.concurrency, headersTimeout: 30_000, bodyTimeout: 30_000 });
  // Every lane listens to the one signal; Node would take that for a leak.
  if (plan.signal !== undefined) setMaxListeners(0, plan.signal);
  try {
    const requests = interleave(plan);
    const lanes = Array.from({ length: plan.concurrency }, async () => {
      for (const { service, text } of requests) {
        plan.signal?.throwIfAborted();
        const entry = ledger.add(readSubmission(text, service.contract));
        const headers = await credentialHeaders(plan.apiKey, service.base);
        const answer = await submitAction(`${service.base}/submitAsyncAction`, text, headers, agent, plan.signal);
        if (answer.kind === 'acknowledged') ledger.acknowledged(entry, answer.requestId);
        else ledger.refused(entry, answer.reason);
      }
    });
    await Promise.all(lanes);
    await waitForCallbacks(plan, ledger);
  } finally {
    await agent.close();
  }
}

async function waitForCallbacks(plan: JourneyPlan, ledger: JourneyLedger): Promise<void> {
  const giveUpAt = performance.now() + plan.timeoutMinutes * 60_000 + LATE_GRACE_MS;
  while (ledger.settled < ledger.entries.length && performance.now() < giveUpAt) {
    await sleep(25, undefined, { signal: plan.signal });
  }
  await sleep(DUPLICATE_WATCH_MS, undefined, { signal: plan.signal });
}

/** Requests in turn from every step, made one by one as the lanes ask for them. */
function* interleave(plan: JourneyPlan): Generator<{ service: JourneyService; text: string }> {
  const longest = Math.max(0, ...plan.steps.map((step) => step.count));
  for (let index = 0; index < longest; index += 1) {
    for (const { service, count } of plan.steps) {
      if (index < count) yield { service, text: requestText(plan, service.contract, index) };
    }
  }
}

function requestText(plan: JourneyPlan, contract: ServiceContract, index: number): string {
  const { runId, seed, timeoutMinutes } = plan;
  const type: EntityType = contract.entityType;
  const callbackUrl = `${plan.callbackBase}/callbacks/${runId}/${type}-${index}`;
  const options = { contract, callbackUrl, runId, timeoutMinutes };
  if (plan.documented === true && index === 0) return writeDocumentedRequest(options);
  switch (type) {
    case 'lead':
      return writeEntityRequest(generateLead(seed, index), options);
    case 'account':
      return writeEntityRequest(generateAccount(seed, index), options);
    case 'accountPerson':
      return writeGroupRequest(generateGroup(seed, index), options);
  }
}
