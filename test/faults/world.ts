import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../simulator/free-port.js';
import { testEnvironment } from '../support/app.js';
import { migrateWith } from '../support/migrate-with.js';
import { type OtherBuild, PROJECT_ROOT, ServiceProcess } from '../support/service-process.js';
import { RecordingAdobe, type CallbackReceiver, type SeenRequest } from './recording-adobe.js';
import { checkAttempts, checkHistory, FaultRecords } from './records.js';
import type { Outcome } from './outcome.js';
import type { Rig } from './rig.js';
import { Submitter } from './submitter.js';
import { TcpProxy } from './tcp-proxy.js';

export const LEASE_MS = 2_000;
export const POLL_MS = 500;
/** The promise: what a fault left behind is done this soon after it ended. */
export const RECOVERED_WITHIN_MS = LEASE_MS + POLL_MS + 10_000;

/** How much longer than promised it is waited: late is another finding than never. */
const PATIENCE_MS = 60_000;

export interface WorldOptions {
  /** Further variables of every service's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where callbacks go instead of the world's own Adobe; stopped with the world. */
  readonly receiver?: CallbackReceiver;
  /** Where access tokens come from instead. */
  readonly imsUrl?: string;
  readonly redisUrl?: string;
  /** Leads every connection to Postgres through {@link World.postgresLine}. */
  readonly postgresLine?: boolean;
  /** False: an empty database, for faults in the migration. */
  readonly migrated?: boolean;
  readonly makeBody?: (options: { token: string; callbackUrl: string }) => object;
  /** Another program than the service itself. */
  readonly entry?: string;
}

export interface StartOptions {
  /** For the variable FAILPOINTS, e.g. `deliver.before-send=kill@3`. */
  readonly failpoints?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Another build than this one. */
  readonly build?: OtherBuild;
}

export interface VerifyOptions {
  /** `performance.now()` when the fault was over and a service was ready; default now. */
  readonly since?: number;
  /** Longest time until everything has ended; default {@link RECOVERED_WITHIN_MS}. */
  readonly withinMs?: number;
  /** How many actions may be recorded as failed (undeliverable, expired), with a reason: by default none. */
  readonly failedAtMost?: number;
  /** Actions beside those the submitter knows. */
  readonly ids?: readonly string[];
  /** Actions that only the lost primary had, acknowledged or not. */
  readonly goneWithPrimary?: ReadonlySet<string>;
}

/**
 * Everything one scenario needs, on real processes: a database of its own on the rig's PostgreSQL, compiled services
 * that can be killed at will (leases of two seconds), an Adobe that writes down every request, and a caller that
 * remembers exactly what was acknowledged. A scenario reads:
 *
 *     export const SCENARIOS: readonly Scenario[] = [{
 *       group: 'endpoint', fault: '500 three times, then 200',
 *       run: async ({ rig }) => inWorld(rig, { receiver: await FaultyEndpoint.start(…), env: { ADOBE_RETRY_SCHEDULE: '0s,200ms' } },
 *         async (world) => {
 *           await world.start();                       // a service, ready; start() again makes a second replica
 *           await world.submitter.submitMany(20);      // acknowledged, repeated with the same token where needed
 *           return world.verify();                     // waits for the end of every action, then checks the promise
 *         }),
 *     }];
 *
 * `verify` holds every promise against the records: nothing acknowledged is lost, each action has one end and a legal
 * history, duplicates carry the same X-Request-Id and bytes, attempts match what the receiver saw, no orphans.
 * Callbacks are matched by `x-request-id`. What else a scenario wants to see it looks up in `world.records` and adds by
 * {@link World.expect}.
 */
export class World {
  readonly records: FaultRecords;
  readonly submitter: Submitter;
  readonly services: ServiceProcess[] = [];
  /** Kills so far: each may cost the record of one attempt per delivery under way. */
  kills = 0;
  /** Whether the database lost its last commits: each delivery may lack one attempt and be made once more. */
  lostCommits = false;
  /** The action behind a path, for callbacks that carry no request id. */
  readonly actionsByPath = new Map<string, string>();
  private readonly ports: number[] = [];
  private readonly workers = new Set<ServiceProcess>();
  private readonly extra: string[] = [];

  private constructor(
    readonly rig: Rig,
    readonly database: string,
    /** The world's own Adobe: tokens, and callbacks unless a receiver was given. */
    readonly adobe: RecordingAdobe,
    readonly receiver: CallbackReceiver,
    /** Null unless asked for. */
    readonly postgresLine: TcpProxy | null,
    private readonly options: WorldOptions,
  ) {
    this.records = new FaultRecords(() => rig.urlOf(database));
    this.submitter = new Submitter(
      () =>
        this.services
          .filter((service) => service.end === null && !this.workers.has(service))
          .map((service) => service.url),
      receiver.url('/callback'),
      options.makeBody,
    );
  }

  static async open(rig: Rig, options: WorldOptions): Promise<World> {
    const database = await rig.makeDatabase({ migrated: options.migrated ?? true });
    const adobe = await RecordingAdobe.start();
    const line = options.postgresLine === true ? await TcpProxy.start(rig.port) : null;
    return new World(rig, database, adobe, options.receiver ?? adobe, line, options);
  }

  /** Starts service number `index` (by default one more) and waits until it is ready, or has killed itself. */
  async start(options: StartOptions = {}, index = this.services.length): Promise<ServiceProcess> {
    const service = await this.spawn(options, index);
    await service.ready();
    return service;
  }

  /** Starts it and waits for nothing. */
  async spawn(options: StartOptions = {}, index = this.services.length): Promise<ServiceProcess> {
    const port = (this.ports[index] ??= await freePort());
    const { build } = options;
    const env: Record<string, string> = {
      SERVICES_DIR: build?.servicesDir ?? `${PROJECT_ROOT}/services`,
      ...testEnvironment({ databaseUrl: this.databaseUrl }),
      IMS_BASE_URL: this.options.imsUrl ?? this.adobe.url(),
      LEASE_ENRICH_MS: String(LEASE_MS),
      LEASE_DELIVERY_MS: String(LEASE_MS),
      POLL_MS: String(POLL_MS),
      ADOBE_RETRY_SCHEDULE: '0s,200ms,1s',
      LOG_LEVEL: 'warn',
      ...this.doorbell(options.env?.['ROLE'], build),
      ...(options.failpoints === undefined ? {} : { FAILPOINTS: options.failpoints }),
      ...this.options.env,
      ...options.env,
    };
    const service = new ServiceProcess({
      port,
      env,
      ...(this.options.entry === undefined ? {} : { entry: this.options.entry }),
      ...(build === undefined ? {} : { build }),
    });
    this.services[index] = service;
    if (env['ROLE'] === 'worker') this.workers.add(service);
    void service.exited.then((end) => {
      if (end.signal === 'SIGKILL') this.kills += 1;
    });
    return service;
  }

  private get databaseUrl(): string {
    return this.rig.urlOf(this.database, this.postgresLine?.port);
  }

  /** `npm run migrate` of this build, as a deployment does it before its processes start. */
  async migrate(): Promise<void> {
    await migrateWith(testEnvironment({ databaseUrl: this.databaseUrl }));
  }

  private doorbell(role: string | undefined, build: OtherBuild | undefined): Record<string, string> {
    if (this.options.redisUrl !== undefined) return { REDIS_URL: this.options.redisUrl };
    // Processes of a role ring through PostgreSQL by themselves, and older builds know no other way than one process.
    const asked = role === undefined && build === undefined;
    return asked && this.rig.queue !== 'embedded' ? { QUEUE: this.rig.queue } : {};
  }

  /** Resolves when a failpoint has ended the service. @throws when it lives on. */
  async untilKilled(service: ServiceProcess, withinMs = 30_000): Promise<void> {
    const end = await Promise.race([service.exited, sleep(withinMs, null, { ref: false })]);
    if (end === null) throw new Error(`the failpoint was not reached within ${withinMs} ms:\n${service.output}`);
    if (end.signal !== 'SIGKILL') throw new Error(`the service ended by itself:\n${service.output}`);
  }

  /** Notes a breach if the condition does not hold. */
  expect(condition: boolean, otherwise: string): void {
    if (!condition) this.extra.push(otherwise);
  }

  /** Resolves once the condition holds. @returns whether it did in time. */
  async until(condition: () => boolean | Promise<boolean>, withinMs = 15_000): Promise<boolean> {
    const giveUpAt = performance.now() + withinMs;
    while (!(await condition())) {
      if (performance.now() > giveUpAt) return false;
      await sleep(50);
    }
    return true;
  }

  /** Waits for the end of everything acknowledged, then holds every promise against the records. */
  async verify(options: VerifyOptions = {}): Promise<Outcome> {
    const since = options.since ?? performance.now();
    const withinMs = (options.withinMs ?? RECOVERED_WITHIN_MS) * this.rig.patience;
    const all = [...new Set([...this.submitter.ids, ...(options.ids ?? [])])];
    const gone = options.goneWithPrimary ?? new Set();
    const ids = all.filter((id) => !gone.has(id));
    const ended = async (): Promise<boolean> => (await this.records.countUnfinished(ids)) === 0;
    await this.until(ended, Math.max(since + withinMs - performance.now(), 0) + PATIENCE_MS);
    const recoveredMs = Math.round(performance.now() - since);
    const problems = [...this.extra, ...this.submitter.violations, ...this.endedByThemselves()];
    if (recoveredMs > withinMs) problems.push(`recovered only after ${recoveredMs} ms`);
    const outcome = await this.judge(ids, recoveredMs, problems, { failedAtMost: options.failedAtMost ?? 0, gone });
    return { ...outcome, acknowledged: all.length, lostWithPrimary: all.length - ids.length };
  }

  /** Ends every process of the world. */
  async close(): Promise<void> {
    this.submitter.close();
    for (const service of this.services) service.signal('SIGCONT');
    await Promise.all(this.services.map((service) => service.kill()));
    await this.postgresLine?.stop();
    await this.receiver.stop();
    if (this.receiver !== this.adobe) await this.adobe.stop();
    await this.rig.dropDatabase(this.database);
  }

  /** A service ends when it is killed or asked to; one that gave up says why in its output. */
  private endedByThemselves(): string[] {
    return this.services
      .filter(({ end }) => end !== null && end.signal === null && end.exitCode !== 0)
      .map(({ end, output }) => `a service ended by itself, exit code ${end?.exitCode}:\n${output.slice(-4_000)}`);
  }

  private async judge(
    ids: readonly string[],
    recoveredMs: number,
    problems: string[],
    { failedAtMost, gone }: { readonly failedAtMost: number; readonly gone: ReadonlySet<string> },
  ): Promise<Outcome> {
    const records = await this.records.load(ids);
    const seen = groupByRequestId(this.receiver.requests, this.actionsByPath);
    const attemptProblems: string[] = [];
    let lost = 0;
    let failed = 0;
    let duplicated = 0;
    for (const id of ids) {
      const requests = seen.get(id) ?? [];
      const action = records.get(id);
      if (action === undefined) {
        lost += 1;
        problems.push(`action ${id} was acknowledged and is not in the database`);
        continue;
      }
      const wasFailed = action.state === 'undeliverable' || action.state === 'expired';
      const explained = action.deliveries.some((delivery) => (delivery.last_error ?? '') !== '');
      if (wasFailed && explained) failed += 1;
      else if (action.state !== 'completed' || requests.length === 0) {
        lost += 1;
        problems.push(`action ${id} is ${action.state}, callbacks seen: ${requests.length}`);
      }
      duplicated += Math.max(requests.length - 1, 0);
      if (new Set(requests.map((request) => request.body)).size > 1) problems.push(`action ${id}: bodies differ`);
      problems.push(...checkHistory(action));
      attemptProblems.push(...checkAttempts(action, requests, this.kills + Number(this.lostCommits)));
    }
    if (failed > failedAtMost) problems.push(`${failed} actions are recorded as failed, at most ${failedAtMost} may`);
    const forGone = [...seen].reduce((sum, [id, requests]) => sum + (gone.has(id) ? requests.length : 0), 0);
    // An action may be there whose delivery is not: it has another one now, and its receiver two requests.
    const orphanedAttempts = gone.size === 0 ? 0 : forGone + duplicated;
    problems.push(...(await this.records.findOrphans(orphanedAttempts)), ...(await this.findUnannounced(seen, gone)));
    return {
      acknowledged: ids.length,
      lost,
      lostWithPrimary: 0,
      duplicated,
      failed,
      recoveredMs,
      attemptsOk: attemptProblems.length === 0,
      kills: this.kills,
      atMostOnce: null,
      violations: [...problems, ...attemptProblems],
    };
  }

  /** Callbacks of actions nobody knows: a stored row may never have been acknowledged, but it must be a row. */
  private async findUnannounced(
    seen: ReadonlyMap<string, readonly SeenRequest[]>,
    gone: ReadonlySet<string>,
  ): Promise<string[]> {
    const known = await this.records.load([...seen.keys()]);
    const unknown = [...seen.keys()].filter((id) => !known.has(id) && !gone.has(id));
    return unknown.map((id) => `a callback of unknown action ${id} was seen`);
  }
}

/** Opens a world, runs the scenario in it, and ends it whatever happens. */
export async function inWorld(
  rig: Rig,
  options: WorldOptions,
  run: (world: World) => Promise<Outcome>,
): Promise<Outcome> {
  const world = await World.open(rig, options);
  try {
    return await run(world);
  } finally {
    await world.close();
  }
}

function groupByRequestId(
  requests: readonly SeenRequest[],
  actionsByPath: ReadonlyMap<string, string>,
): Map<string, SeenRequest[]> {
  const groups = new Map<string, SeenRequest[]>();
  for (const request of requests) {
    const id = actionsByPath.get(request.path) ?? String(request.headers['x-request-id']);
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [request]);
    else group.push(request);
  }
  return groups;
}
