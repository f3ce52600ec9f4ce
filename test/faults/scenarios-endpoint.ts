import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { leadRequest } from '../support/requests.js';
import { FAULT_AUTHORITY } from './certificates.js';
import { CERTIFICATE_CASES, ENDPOINT_CASES, type EndpointCase, UNRESOLVABLE_HOST } from './endpoint-cases.js';
import { type CaseResult, runEndpointCase, startEndpoint } from './endpoint-run.js';
import type { FaultyEndpoint } from './faulty-endpoint.js';
import type { Outcome } from './outcome.js';
import type { Rig } from './rig.js';
import type { Scenario } from './scenario.js';
import { countTakenTwice } from './taken-twice.js';
import { inWorld, type World } from './world.js';

const CALLBACKS = 5;
/** Of a callback bound to expire, once its first attempt is on record: several attempts, and a time-out, fit in. */
const LEFT_MS = 6_000;
/** Two attempts of thirty seconds would not fit into the minute an action has. */
const WITHIN_MS = 65_000;
/** What a process may grow by while it refuses to read a hundred megabytes per callback. */
const GROWTH_BYTES = 96 * 1024 * 1024;

/** Every way a callback endpoint misbehaves, against the service as it ships. */
export const ENDPOINT_SCENARIOS: readonly Scenario[] = Object.freeze(
  [...ENDPOINT_CASES, ...CERTIFICATE_CASES].map((testCase): Scenario => ({
    group: 'endpoint',
    fault: `callback endpoint: ${testCase.name}`,
    run: ({ rig }) => runScenario(rig, testCase),
  })),
);

async function runScenario(rig: Rig, testCase: EndpointCase): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'ricochet-fault-'));
  const authority = join(folder, 'authority.pem');
  writeFileSync(authority, FAULT_AUTHORITY);
  const receiver = await startEndpoint(testCase);
  const env = { CALLBACK_HOSTS: UNRESOLVABLE_HOST, NODE_EXTRA_CA_CERTS: authority };
  try {
    return await inWorld(rig, { receiver, env }, (world) => play(world, receiver, testCase));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function play(world: World, endpoint: FaultyEndpoint, testCase: EndpointCase): Promise<Outcome> {
  const service = await world.start();
  const before = await residentBytes(service.pid);
  const since = performance.now();
  const results = await Promise.all(Array.from({ length: CALLBACKS }, () => sendOne(world, endpoint, testCase)));
  for (const { id, problems } of results) {
    for (const problem of problems) world.expect(false, `action ${id}: ${problem}`);
  }
  const peak = await residentBytes(service.pid);
  if (testCase.maxBytes !== undefined) {
    world.expect(endpoint.bytesWritten < testCase.maxBytes * CALLBACKS, `${endpoint.bytesWritten} bytes were taken`);
    world.expect(peak - before < GROWTH_BYTES, `the process grew by ${peak - before} bytes`);
  }
  const failed = testCase.end === 'completed' ? 0 : CALLBACKS;
  const outcome = await world.verify({ since, withinMs: WITHIN_MS, failedAtMost: failed });
  return { ...outcome, duplicated: await countTakenTwice(world) };
}

function sendOne(world: World, endpoint: FaultyEndpoint, testCase: EndpointCase): Promise<CaseResult> {
  return runEndpointCase(testCase, endpoint, {
    submit: async (callbackUrl) => {
      const token = randomUUID();
      const id = await world.submitter.submit({ token, body: leadRequest({ callbackUrl, token, timeout: 1 }) });
      if (id === null) throw new Error('the service acknowledged nothing');
      return id;
    },
    sql: (text, values) => world.records.sql(text, values),
    leftMs: LEFT_MS,
    withinMs: WITHIN_MS,
  });
}

/** The most a process ever held in memory; 0 where the machine does not tell. */
async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}
