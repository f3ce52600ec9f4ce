import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { KnownServices } from '../catalog/known-services.js';
import { Database, type Tx } from '../database/database.js';
import { ChannelRegistry } from '../delivery/channel-registry.js';
import { oneOfMessage } from '../http/one-of.js';
import { refuseProblems } from '../http/read-dto.js';
import { cutPage } from '../http/keyset-page.js';
import { RequestError, type RequestProblem } from '../http/request-error.js';
import type { AuditActor } from '../security/admin-actor.js';
import { AuditRepository } from '../security/audit.repository.js';
import { BulkJobsRepository } from './bulk-jobs.repository.js';
import { FailedDeliveriesRepository, type FailedGroup } from './failed-deliveries.repository.js';
import { type RecoverFilter, toIdRange, toRecoverFilter } from './recover-filter.js';
import type {
  ListRecoveriesQuery,
  RecoverPreview,
  RecoverReceipt,
  RecoverRequest,
  RecoveryPage,
  RecoveryProgress,
} from './recover.dto.js';
import { refusalOf, type ResendConsent } from './resend-rules.js';

const DEFAULT_RATE = 50;
const SAMPLE_ROWS = 10;
/** Deliveries among which those of other statuses are counted. */
const OTHERS_SCANNED = 10_000;
const QUERY_CANCELED = '57014';

/** Takes orders to send failed deliveries again as a set; a loop of the workers carries them out. */
@Injectable()
export class Recoveries {
  constructor(
    private readonly database: Database,
    private readonly jobs: BulkJobsRepository,
    private readonly deliveries: FailedDeliveriesRepository,
    private readonly audit: AuditRepository,
    private readonly channels: ChannelRegistry,
    private readonly services: KnownServices,
  ) {}

  /** Changes nothing. @throws RequestError 422. */
  async preview(request: RecoverRequest): Promise<RecoverPreview> {
    const filter = toRecoverFilter(request);
    refuseProblems(422, await this.unknownNamesOf(filter));
    return this.counting(async (tx) => {
      const range = toIdRange(filter, await this.jobs.now(tx));
      const groups = await this.deliveries.countGroups(tx, filter, range);
      const sample = await this.deliveries.sample(tx, filter, range, SAMPLE_ROWS);
      const others = await this.deliveries.countOthers(tx, filter, range, OTHERS_SCANNED);
      const otherStatuses = Object.fromEntries(others.map(({ status, count }) => [status, count]));
      return { dryRun: true, ...weigh(groups, consentOf(filter, request.force === true)), otherStatuses, sample };
    });
  }

  /** The order is durable when this resolves. @throws RequestError 409 while a job that does the same runs or is paused; 422. */
  async start(request: RecoverRequest, actor: AuditActor): Promise<RecoverReceipt> {
    const filter = toRecoverFilter(request);
    refuseProblems(422, await this.unknownNamesOf(filter));
    const force = request.force === true;
    const ratePerSecond = request.ratePerSecond ?? DEFAULT_RATE;
    return this.counting(async (tx) => {
      const range = toIdRange(filter, await this.jobs.now(tx));
      const { matched } = weigh(await this.deliveries.countGroups(tx, filter, range), consentOf(filter, force));
      const id = uuidv7();
      const job = {
        id,
        filter,
        filterKey: keyOf(filter, force),
        force,
        ratePerSecond,
        actor: actor.fingerprint,
        range,
        matched,
      };
      if (!(await this.jobs.insert(tx, job))) {
        throw new RequestError(
          409,
          'CONFLICT',
          'A job with the same filter is running or paused; see GET /admin/recoveries',
        );
      }
      const details = { filter, force, ratePerSecond, matched };
      await this.audit.record(tx, { actor, verb: 'recover', target: `recovery:${id}`, details });
      return { jobId: id, matched };
    });
  }

  async list({ state, cursor, limit }: ListRecoveriesQuery): Promise<RecoveryPage> {
    const rows = await this.jobs.list(state ?? null, cursor ?? null, limit + 1);
    const { rows: items, nextCursor } = cutPage(rows, limit, ({ jobId }) => jobId);
    return { items: [...items], nextCursor };
  }

  /** @throws RequestError 404 for an id that no job has. */
  async get(jobId: string): Promise<RecoveryProgress> {
    const progress = await this.jobs.find(jobId);
    if (progress === null) throw new RequestError(404, 'RESOURCE_NOT_FOUND', 'No recovery has this id');
    return progress;
  }

  /** Deliveries sent again stay so; cancelling twice changes nothing. @throws RequestError 404; 409 when it is done. */
  async cancel(jobId: string, actor: AuditActor): Promise<RecoveryProgress> {
    await this.database.transaction(async (tx) => {
      if (!(await this.jobs.cancel(tx, jobId))) return;
      await this.audit.record(tx, { actor, verb: 'recover.cancel', target: `recovery:${jobId}`, details: {} });
    });
    const progress = await this.get(jobId);
    if (progress.state === 'done') throw new RequestError(409, 'CONFLICT', 'The recovery is done already');
    return progress;
  }

  /** The page under way is still sent; pausing twice changes nothing. @throws RequestError 404; 409 when it has ended. */
  async pause(jobId: string, actor: AuditActor): Promise<RecoveryProgress> {
    return this.turn(jobId, actor, 'recover.pause');
  }

  /** It goes on where it was, at its rate; a running one stays so. @throws RequestError 404; 409 when it has ended. */
  async resume(jobId: string, actor: AuditActor): Promise<RecoveryProgress> {
    return this.turn(jobId, actor, 'recover.resume');
  }

  private async turn(
    jobId: string,
    actor: AuditActor,
    verb: 'recover.pause' | 'recover.resume',
  ): Promise<RecoveryProgress> {
    const pauses = verb === 'recover.pause';
    await this.database.transaction(async (tx) => {
      const turned = await (pauses ? this.jobs.pause(tx, jobId) : this.jobs.resume(tx, jobId));
      if (turned) await this.audit.record(tx, { actor, verb, target: `recovery:${jobId}`, details: {} });
    });
    const progress = await this.get(jobId);
    if (progress.state === 'done' || progress.state === 'cancelled') {
      throw new RequestError(409, 'CONFLICT', `The recovery is ${progress.state} already`);
    }
    return progress;
  }

  /** A channel is one that this service can send by. @returns one problem per unknown name, with the names there are. */
  private async unknownNamesOf({ channel, service }: RecoverFilter): Promise<RequestProblem[]> {
    const ofService = await this.services.problemsOf(service);
    if (channel === null || this.channels.find(channel) !== null) return ofService;
    const keys = this.channels.all().map(({ key }) => key);
    return [{ field: 'channel', message: oneOfMessage(keys.sort(), channel) }, ...ofService];
  }

  /** @throws RequestError 422 when counting takes longer than a statement may. */
  private async counting<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> {
    try {
      return await this.database.transaction(work);
    } catch (error) {
      if ((error as { code?: unknown }).code !== QUERY_CANCELED) throw error;
      const message = 'Counting takes too long: narrow it by since and until';
      throw new RequestError(422, 'VALIDATION_ERROR', message, { cause: error });
    }
  }
}

function consentOf(filter: RecoverFilter, force: boolean): ResendConsent {
  return { force, toCurrentUrl: filter.toCurrentUrl === true };
}

function weigh(
  groups: readonly FailedGroup[],
  consent: ResendConsent,
): Omit<RecoverPreview, 'dryRun' | 'otherStatuses' | 'sample'> {
  const weighed = { matched: 0, wouldSend: 0, wouldSkip: {} as Record<string, number> };
  for (const group of groups) {
    weighed.matched += group.count;
    const refusal = refusalOf(group, consent);
    if (refusal === null) {
      weighed.wouldSend += group.count;
      continue;
    }
    const reason = refusal.kind === 'needsForce' ? refusal.because : refusal.kind;
    weighed.wouldSkip[reason] = (weighed.wouldSkip[reason] ?? 0) + group.count;
  }
  return weighed;
}

/** The rate is no part of it: the same deliveries at another rate are the same job. */
function keyOf(filter: RecoverFilter, force: boolean): string {
  return createHash('sha256')
    .update(JSON.stringify([filter, force]))
    .digest('hex');
}
