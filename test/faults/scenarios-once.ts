import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Failpoint } from '../../src/config/failpoints.js';
import { destinationOf } from '../../src/delivery/destination.js';
import type { Outcome } from './outcome.js';
import { RecordingAdobe } from './recording-adobe.js';
import type { Rig } from './rig.js';
import type { Scenario } from './scenario.js';
import { inWorld, type World } from './world.js';

const CHANNEL = 'fault-once';
const DELIVERIES = 200;
const PLACES: readonly (readonly [Failpoint, number])[] = [
  ['deliver.claimed', 2],
  ['deliver.before-send', 20],
  ['deliver.mid-http', 20],
  ['deliver.after-answer', 20],
  ['settle.before-commit', 3],
];

/** A channel that promises at most once: a request whose outcome nobody knows is recorded as that, never repeated. */
export const ONCE_SCENARIOS: readonly Scenario[] = [
  {
    group: 'kill',
    fault: `kill -9 at ${PLACES.map(([name]) => name).join(', ')}, on a channel that promises at most once`,
    run: ({ rig }) => killAtMostOnce(rig),
  },
];

async function killAtMostOnce(rig: Rig): Promise<Outcome> {
  const receiver = await RecordingAdobe.start();
  receiver.answer = () => sleep(Math.random() * 60).then(() => undefined);
  try {
    return await inWorld(rig, { entry: join(import.meta.dirname, 'once-service.mjs') }, async (world) => {
      const ids = await insertDeliveries(world, receiver.url('/once'));
      for (const [name, passage] of PLACES) {
        await world.untilKilled(await world.start({ failpoints: `${name}=kill@${passage}` }, 0));
      }
      await world.start({}, 0);
      const since = performance.now();
      await world.submitter.submitMany(20);
      await world.until(async () => (await countOpen(world)) === 0, 30_000);
      return judgeOnce(world, receiver, ids, await world.verify({ since }));
    });
  } finally {
    await receiver.stop();
  }
}

async function insertDeliveries(world: World, url: string): Promise<string[]> {
  const destination = destinationOf(CHANNEL, 'fault', url);
  const ids = Array.from({ length: DELIVERIES }, () => randomUUID());
  await world.records.sql('INSERT INTO destinations (id, channel, scope, origin) VALUES ($1, $2, $3, $4)', [
    destination.id,
    destination.channel,
    destination.scope,
    destination.origin,
  ]);
  await world.records.sql(
    `INSERT INTO deliveries (id, channel, owner_id, destination_id, event_id, method, url, content_type, body, status)
     SELECT id, $2, id, $3, id::text, 'POST', $4, 'application/json', '{}', 'pending' FROM unnest($1::uuid[]) AS t(id)`,
    [ids, CHANNEL, destination.id, url],
  );
  return ids;
}

async function countOpen(world: World): Promise<number> {
  const [row] = await world.records.sql<{ n: number }>(
    `SELECT count(*)::int AS n FROM deliveries WHERE channel = $1 AND status IN ('pending', 'delivering')`,
    [CHANNEL],
  );
  return row?.n ?? 0;
}

async function judgeOnce(
  world: World,
  receiver: RecordingAdobe,
  ids: readonly string[],
  outcome: Outcome,
): Promise<Outcome> {
  const seen = new Map<string, number>();
  for (const { headers } of receiver.requests) {
    const id = String(headers['x-request-id']);
    seen.set(id, (seen.get(id) ?? 0) + 1);
  }
  const rows = await world.records.sql<{ id: string; status: string; last_error: string | null }>(
    'SELECT id, status, last_error FROM deliveries WHERE id = ANY($1::uuid[])',
    [ids],
  );
  const problems: string[] = [];
  let unrecorded = 0;
  for (const { id, status, last_error: lastError } of rows) {
    const requests = seen.get(id) ?? 0;
    const explained = status === 'delivered' || (status === 'dead' && (lastError ?? '').startsWith('OUTCOME_UNKNOWN'));
    if (!explained) {
      unrecorded += 1;
      problems.push(
        `at-most-once delivery ${id} is ${status} (${lastError ?? 'no reason'}), requests seen: ${requests}`,
      );
    }
    if (status === 'delivered' && requests === 0) problems.push(`delivery ${id} is delivered and nobody saw it`);
  }
  const seenTwice = [...seen.values()].filter((count) => count > 1).length;
  if (seenTwice > 0) problems.push(`${seenTwice} at-most-once deliveries were seen more than once`);
  return {
    ...outcome,
    atMostOnce: { sent: seen.size, seenTwice, unrecorded },
    violations: [...outcome.violations, ...problems],
  };
}
