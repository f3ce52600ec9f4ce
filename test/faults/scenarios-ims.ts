import { randomUUID } from 'node:crypto';
import { leadRequest } from '../support/requests.js';
import { IMS_CASES, type ImsCase } from './ims-cases.js';
import { runImsCase, startImsStage } from './ims-run.js';
import type { Outcome } from './outcome.js';
import type { Rig } from './rig.js';
import type { Scenario } from './scenario.js';
import { countTakenTwice } from './taken-twice.js';
import { inWorld, RECOVERED_WITHIN_MS } from './world.js';

/** An action's time has to outlast the longest outage: a refusal is believed for a minute. */
const TIMEOUT_MINUTES = 5;

/** Every way IMS misbehaves, against the service as it ships. */
export const IMS_SCENARIOS: readonly Scenario[] = Object.freeze(
  IMS_CASES.map((testCase): Scenario => ({
    group: 'ims',
    fault: testCase.name,
    timeoutMs: 180_000,
    run: ({ rig }) => runScenario(rig, testCase),
  })),
);

async function runScenario(rig: Rig, testCase: ImsCase): Promise<Outcome> {
  const stage = await startImsStage(testCase);
  const { ims, receiver, env } = stage;
  try {
    return await inWorld(rig, { receiver, env, imsUrl: ims.url }, async (world) => {
      await world.start();
      const { problems, mendedAtMs } = await runImsCase(testCase, stage, {
        submit: async (callbackUrl) => {
          const token = randomUUID();
          const body = leadRequest({ callbackUrl, token, timeout: TIMEOUT_MINUTES });
          const id = await world.submitter.submit({ token, body });
          if (id === null) throw new Error('the service acknowledged nothing');
          return id;
        },
        sql: (text, values) => world.records.sql(text, values),
      });
      for (const problem of problems) world.expect(false, problem);
      const withinMs = testCase.recoversWithinMs ?? RECOVERED_WITHIN_MS;
      const outcome = await world.verify({ since: mendedAtMs, withinMs });
      return { ...outcome, duplicated: await countTakenTwice(world) };
    });
  } finally {
    await ims.stop();
  }
}
