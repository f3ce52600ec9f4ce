import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { FakeApi, json } from '../../src/enrichment/providers/http/http.fixtures.js';
import { httpServicesDir } from '../support/http-services.js';
import { leadRequest } from '../support/requests.js';
import type { Outcome } from './outcome.js';
import { randomFrom } from './random.js';
import type { RunContext, Scenario } from './scenario.js';
import { inWorld, type World } from './world.js';

const KILLS = 4;
const LANES = 4;
const ANSWER_MS = 80;

/** kill -9 while requests of http steps are under way: nothing is lost, and a paid request is repeated only as the page says. */
export const HTTP_STEP_SCENARIOS: readonly Scenario[] = [
  {
    group: 'kill',
    fault: `kill -9 while requests of http steps are under way, ${KILLS} times: no kept answer is paid for twice`,
    timeoutMs: 4 * 60_000,
    run: killedAsking,
  },
];

async function killedAsking({ rig, seed }: RunContext): Promise<Outcome> {
  const api = await new FakeApi().start();
  api.answer = (_, response) => void setTimeout(() => json(response, { name: 'Acme' }), ANSWER_MS);
  const folder = httpServicesDir({
    isDefault: true,
    step: { name: 'paid' },
    settings: {
      url: `${api.url}/paid/{{domain}}`,
      cache: { ttl: '1h' },
      budget: { perDay: 1_000_000, name: 'vendor' },
      retries: 0,
      map: { fields: { name: 'answer.name' } },
    },
    more: [
      {
        provider: 'http',
        name: 'free',
        required: true,
        settings: { url: `${api.url}/free/{{domain}}`, retries: 0, map: { fields: { known: 'answer.name' } } },
      },
    ],
  });
  let number = 0;
  const makeBody = (parts: { token: string; callbackUrl: string }): object =>
    leadRequest({ ...parts, leadId: (number += 1), leadData: { domain: parts.token } });
  try {
    return await inWorld(rig, { env: { SERVICES_DIR: folder }, makeBody }, async (world) => {
      const random = randomFrom(seed);
      // Paced: those that were under way in several kills run alone in the end, each for as long as the API takes.
      const stream = world.submitter.stream({ lanes: LANES, pauseMs: 60 });
      for (let kill = 0; kill < KILLS; kill += 1) {
        const service = await world.start({}, 0);
        await sleep(1_000 + random() * 2_000);
        const before = api.seen.length;
        await world.until(() => api.seen.length > before);
        await service.kill();
      }
      await world.start({}, 0);
      const since = performance.now();
      await stream.stop();
      const outcome = await world.verify({ since });
      return { ...outcome, violations: [...outcome.violations, ...(await findOverpaid(world, api))] };
    });
  } finally {
    await api.stop();
    rmSync(folder, { recursive: true });
  }
}

/** Each process dies with at most one request of an action under way, and an answer that led to the next step is kept. */
async function findOverpaid(world: World, api: FakeApi): Promise<string[]> {
  const problems: string[] = [];
  const calls = new Map<string, ('paid' | 'free')[]>();
  for (const { url } of api.seen) {
    const [, kind, domain = ''] = url.split('/');
    calls.set(domain, [...(calls.get(domain) ?? []), kind === 'paid' ? 'paid' : 'free']);
  }
  for (const [domain, kinds] of calls) {
    if (kinds.lastIndexOf('paid') > kinds.indexOf('free') && kinds.includes('free')) {
      problems.push(`${domain}: paid for again after its answer was kept: ${kinds.join(', ')}`);
    }
    if (kinds.length > 2 + world.kills) problems.push(`${domain}: ${kinds.length} requests in ${world.kills} kills`);
  }
  const paid = [...calls.values()].flat().filter((kind) => kind === 'paid').length;
  const repeated = paid - calls.size;
  // Without a request under way at a kill the row would show nothing.
  if (repeated === 0 && [...calls.values()].every((kinds) => kinds.length === 2)) {
    problems.push('no kill met a request under way');
  }
  const blamed = await world.records.sql<{ id: string; crash_count: number; reason: string }>(
    `SELECT id, crash_count, reason FROM actions WHERE outcome = 'failure'`,
  );
  for (const { id, crash_count: crashes, reason } of blamed) {
    problems.push(`action ${id} failed after ${crashes} crashes: ${reason}`);
  }
  const [budget] = await world.records.sql<{ asked: string }>(`SELECT sum(asked) AS asked FROM step_budgets`);
  if (Number(budget?.asked) < paid) problems.push(`the budget counts ${budget?.asked ?? 0} of ${paid} paid requests`);
  for (const token of world.submitter.acknowledged.keys()) {
    if (!calls.has(token)) problems.push(`${token} was acknowledged and never asked about`);
  }
  return problems;
}
