import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Catalog } from '../catalog/catalog.js';
import type { ServiceDefinition } from '../catalog/service-definition.js';
import { AppConfig } from '../config/config.js';
import { failpoint } from '../config/failpoints.js';
import { Batcher } from '../database/batcher.js';
import type { CallResult, NewAsyncCall, SubmittedCall } from './async-call.js';
import { writeCallRequest } from './call-request.js';
import { CallStarter, START_LEASE_MS } from './call-starter.js';
import { type CallInsert, CallsRepository } from './calls.repository.js';
import { Conversations } from './conversations.js';
import { ResultBell } from './result-bell.js';
import { ResultsRepository } from './results.repository.js';
import { findServing } from './served-calls.js';

const PRIORITIES = Object.freeze({ High: 0, Medium: 1, Low: 2 } as const satisfies Record<
  NewAsyncCall['priority'],
  number
>);
/** How often a waiting client's request looks by itself: the result may be stored by another process. */
const LOOK_EVERY_MS = 200;

type Inserted = Awaited<ReturnType<CallsRepository['insert']>>[number];

/** Takes calls in over Postgres: what stands alone in sets, parts of a conversation one by one under its lock. */
@Injectable()
export class StoredAsyncCalls implements OnApplicationShutdown {
  private readonly inserts: Batcher<CallInsert, Inserted>;

  constructor(
    private readonly calls: CallsRepository,
    private readonly conversations: Conversations,
    private readonly results: ResultsRepository,
    private readonly starter: CallStarter,
    private readonly bell: ResultBell,
    private readonly catalog: Catalog,
    config: AppConfig,
  ) {
    this.inserts = new Batcher({
      max: config.batchMax,
      key: ({ id }) => id,
      weigh: ({ request }) => request.length,
      write: (rows) => this.calls.insert(rows, START_LEASE_MS),
    });
  }

  /** Resolves after the commit. Checks what only the tables know: conversations (200, 205, 211, 213, 214, 215). */
  async submit(call: NewAsyncCall): Promise<SubmittedCall> {
    const served = findServing(this.catalog, call.objectType, call.objects.length);
    if (served.kind === 'refused') return served;
    const row = toInsert(call, served.definition);
    if (call.part === null) await this.queue(row);
    else {
      const added = await this.conversations.add(row, call.part);
      if (added.kind === 'refused') return added;
      failpoint('async-call.after-commit');
      void this.starter.startThese(added.due);
    }
    return { kind: 'queued', requestId: row.id };
  }

  /** The result of a call of this client, as soon as there is one; null when there is none within the time. */
  async waitFor(clientId: string, requestId: string, withinMs: number): Promise<CallResult | null> {
    const giveUpAt = performance.now() + withinMs;
    for (;;) {
      const found = await this.results.findOne(clientId, requestId);
      if (found !== null) {
        const { correlationId, overallStatus, objects } = found;
        return { requestId, correlationId, overallStatus, objects };
      }
      const leftMs = giveUpAt - performance.now();
      if (leftMs <= 0) return null;
      await this.bell.wait(requestId, Math.min(LOOK_EVERY_MS, leftMs));
    }
  }

  /** Submitted calls are written before the pool closes. */
  async onApplicationShutdown(): Promise<void> {
    await this.inserts.drained();
  }

  /** Its start is not waited for: some process starts a committed call, even if this one ends. */
  private async queue(row: CallInsert): Promise<void> {
    const { due, expired } = await this.inserts.submit(row);
    failpoint('async-call.after-commit');
    if (due) void this.starter.start([{ ...row, refusal: null, expired }]);
  }
}

function toInsert(call: NewAsyncCall, { apiName: service }: ServiceDefinition): CallInsert {
  const id = uuidv7();
  const { clientId, objectType, objects, responses, scheduledAtMs, expiresAtMs, correlationId } = call;
  return {
    id,
    clientId,
    service,
    objectType,
    objectCount: objects.length,
    request: writeCallRequest({
      requestId: id,
      service,
      objectType,
      objects,
      ...(expiresAtMs !== null && { expiresAtMs }),
    }),
    responses,
    priority: PRIORITIES[call.priority],
    scheduledAtMs,
    expiresAtMs,
    correlationId,
  };
}
