import { setTimeout as sleep } from 'node:timers/promises';
import { answering, FaultyEndpoint } from './faulty-endpoint.js';
import { FaultyIms } from './faulty-ims.js';
import { CLIENT_SECRETS, type ImsBench, type ImsCase } from './ims-cases.js';

/** A service that asks the IMS of a case. */
export interface ImsService {
  /** Submits an execution request. @returns its id. */
  submit(callbackUrl: string): Promise<string>;
  sql<Row>(text: string, values: readonly unknown[]): Promise<Row[]>;
}

/** IMS and the receiver of one case. */
export interface ImsStage {
  readonly ims: FaultyIms;
  readonly receiver: FaultyEndpoint;
  /** What a service under test has to be told besides the usual. */
  readonly env: Readonly<Record<string, string>>;
}

/** What came of a case. */
export interface ImsResult {
  /** What is not as it has to be; empty when all is well. */
  readonly problems: readonly string[];
  /** `performance.now()` when IMS was mended, or the case ended. */
  readonly mendedAtMs: number;
}

/** Starts both; a service must not know an IMS of an earlier case, so every case needs a service of its own. */
export async function startImsStage(testCase: ImsCase): Promise<ImsStage> {
  const ims = await FaultyIms.start(testCase);
  const receiver = await FaultyEndpoint.start({ behaviour: ims.guarding(answering(200)) });
  return { ims, receiver, env: { IMS_BASE_URL: ims.url, ADOBE_CLIENT_SECRETS: CLIENT_SECRETS.join(',') } };
}

/** Runs a case and judges what came of it. */
export async function runImsCase(testCase: ImsCase, stage: ImsStage, service: ImsService): Promise<ImsResult> {
  let mendedAtMs: number | null = null;
  const mend = async (): Promise<void> => {
    await stage.ims.endpoint.open();
    stage.ims.behave(stage.ims.issuing());
    mendedAtMs = performance.now();
  };
  const problems = await testCase.run({ ...benchOf(stage, service), mend });
  return { problems, mendedAtMs: mendedAtMs ?? performance.now() };
}

function benchOf({ ims, receiver }: ImsStage, service: ImsService): Omit<ImsBench, 'mend'> {
  return {
    ims,
    receiver,
    submit: (count) =>
      Promise.all(Array.from({ length: count }, (_, index) => service.submit(receiver.url(`/callback/${index}`)))),
    untilCompleted: (ids, withinMs) => untilCompleted(service, ids, withinMs),
    attempts: (id) =>
      service.sql(
        `SELECT t.status, t.error_class FROM delivery_attempts t JOIN deliveries d ON d.id = t.delivery_id
          WHERE d.owner_id = $1 ORDER BY t.number`,
        [id],
      ),
    delivery: async (id) => {
      const sql = 'SELECT status, last_error FROM deliveries WHERE owner_id = $1';
      const [row] = await service.sql<{ status: string; last_error: string | null }>(sql, [id]);
      return row ?? { status: 'missing', last_error: null };
    },
  };
}

async function untilCompleted(service: ImsService, ids: readonly string[], withinMs: number): Promise<void> {
  const giveUpAtMs = performance.now() + withinMs;
  for (;;) {
    const states = await service.sql<{ state: string; n: number }>(
      'SELECT state, count(*)::int AS n FROM actions WHERE id = ANY($1::uuid[]) GROUP BY state',
      [ids],
    );
    if (states.length === 1 && states[0]?.state === 'completed' && states[0].n === ids.length) return;
    if (performance.now() > giveUpAtMs) throw new Error(`not completed in ${withinMs} ms: ${JSON.stringify(states)}`);
    await sleep(100);
  }
}
