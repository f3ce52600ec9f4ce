import { Injectable, Logger } from '@nestjs/common';
import { ActionIntake } from '../actions/action-intake.js';
import { Catalog } from '../catalog/catalog.js';
import { AppConfig } from '../config/config.js';
import { failpoint } from '../config/failpoints.js';
import { Batcher } from '../database/batcher.js';
import { Drain } from '../queue/drain.js';
import { tracing } from '../telemetry/current-tracing.js';
import type { Tracing } from '../telemetry/tracing.js';
import { CallRequestReader } from './call-request.reader.js';
import { readCallRequest, writeCallRequest } from './call-request.js';
import { CallsRepository, type StartableCall } from './calls.repository.js';
import { CALL_REFUSALS } from './call-problems.js';

const MINUTE_MS = 60_000;
/** Of a service that is not configured any more: its actions only end. */
const DEFAULT_TIMEOUT_MINUTES = 60;
/** How long a start is one process's own; after that, another starts the call of a dead starter. */
export const START_LEASE_MS = 5_000;
const CALLS_PER_SWEEP = 200;

interface Started {
  readonly id: string;
  readonly actionId: string;
}

/**
 * Turns due calls into actions. The call's id is the action's token, so a start that was cut off is done again: by
 * the sweep, in any process, without a second action.
 */
@Injectable()
export class CallStarter {
  private readonly log = new Logger('AsyncCalls');
  private readonly marks: Batcher<Started, null>;
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly calls: CallsRepository,
    private readonly intake: ActionIntake,
    private readonly reader: CallRequestReader,
    private readonly catalog: Catalog,
    config: AppConfig,
    drain: Drain,
  ) {
    this.marks = new Batcher({
      max: config.batchMax,
      key: ({ id }) => id,
      write: async (started) => {
        await this.calls.markStarted(started);
        return started.map(() => null);
      },
    });
    drain.register(0, 'starts of asynchronous calls', () => this.idle());
  }

  /** Starts calls that are reserved here; resolves when each is an action, or left to the sweep. Never rejects. */
  async start(calls: readonly StartableCall[]): Promise<void> {
    const work = Promise.all(calls.map((call) => this.startOne(call))).then(() => undefined);
    this.underWay.add(work);
    await work;
    this.underWay.delete(work);
  }

  /** Starts calls that have just become due here, unless others do. Never rejects. */
  async startThese(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    try {
      await this.start(await this.calls.claimThese(ids, START_LEASE_MS));
    } catch (error) {
      this.log.warn(`${ids.length} calls are left to the sweep: ${(error as Error).message}`);
    }
  }

  /** Starts due calls that no process is starting. @returns whether there may be more. */
  async startDue(): Promise<boolean> {
    const calls = await this.calls.claimDue(CALLS_PER_SWEEP, START_LEASE_MS);
    await this.start(calls);
    return calls.length > 0;
  }

  private async idle(): Promise<void> {
    await Promise.all(this.underWay);
  }

  private async startOne(call: StartableCall): Promise<void> {
    try {
      failpoint('async-call.before-start');
      const recorded = await this.record(call);
      if (recorded.kind === 'conflict') throw new Error('its token belongs to another action');
      if (tracing !== null && !recorded.duplicate) traceStart(tracing, call, recorded.requestId);
      failpoint('async-call.before-mark');
      await this.marks.submit({ id: call.id, actionId: recorded.requestId });
    } catch (error) {
      this.log.warn({
        message: `an asynchronous call is left to the sweep: ${(error as Error).message}`,
        requestId: call.id,
      });
    }
  }

  private record(call: StartableCall): ReturnType<ActionIntake['record']> {
    const refusal = call.refusal ?? (call.expired ? CALL_REFUSALS.expired : null);
    const requestText =
      refusal === null ? call.request : writeCallRequest({ ...readCallRequest(call.request), refusal });
    // In one turn with the reading of its objects, which the definition maps.
    const servedBy = this.catalog.serve(call.service);
    const minutes = servedBy?.definition.timeoutMinutes ?? DEFAULT_TIMEOUT_MINUTES;
    return this.intake.record({
      service: call.service,
      dialect: this.reader.dialect,
      tenant: call.clientId,
      objectType: 'batch',
      entityId: call.id,
      timeoutMs: minutes * MINUTE_MS,
      token: `${this.reader.dialect}:${call.id}`,
      requestText,
      secrets: { token: call.id, admin: {}, headers: {} },
      callbackUrl: '',
      input: this.reader.read(requestText),
      servedBy,
    });
  }
}

/** The root of the call's trace: the pipeline and the callback belong to it. The SOAP message was answered before. */
function traceStart(traces: Tracing, { id, service }: StartableCall, actionId: string): void {
  const attributes = { 'ricochet.service': service, 'ricochet.request_id': actionId, 'ricochet.call_id': id };
  const span = traces.beginRoot(actionId, () => ({ name: 'start asynchronous call', role: 'internal', attributes }));
  if (span !== null) traces.end(span);
}
