import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ActionIntake } from '../../actions/action-intake.js';
import { BacklogGauge } from '../../actions/backlog-gauge.js';
import { Catalog } from '../../catalog/catalog.js';
import { AppConfig } from '../../config/config.js';
import { readJsonObject } from '../../http/json-body.js';
import { RequestError } from '../../http/request-error.js';
import { tracing } from '../../telemetry/current-tracing.js';
import { traceTaken } from '../../telemetry/http-span.js';
import { speaksMarketo } from '../documents/service-definition.js';
import { BatchActionFactory } from './batch-action.js';

/** Of the controller's answer. */
const ACCEPTED = 201;

/** Takes batches of leads: each is one action, stored before it is answered. */
@Injectable()
export class BatchIntake {
  constructor(
    private readonly intake: ActionIntake,
    private readonly backlog: BacklogGauge,
    private readonly catalog: Catalog,
    private readonly factory: BatchActionFactory,
    private readonly config: AppConfig,
  ) {}

  /**
   * Stores a batch, once: repeated with the same token and the same leads it is the same batch.
   * @returns its request id.
   * @throws RequestError for mistakes of the caller; database errors as they come.
   */
  async accept(request: FastifyRequest, apiName: string): Promise<string> {
    const startedAtMs = performance.now();
    // Before the body is parsed: refusing must cost less than serving.
    this.brake();
    const served = this.catalog.serve(apiName);
    const definition = this.catalog.getFor(apiName, 'marketo');
    if (served === null || !speaksMarketo(definition)) throw new Error('a service that speaks Marketo says so');
    const action = this.factory.make(readJsonObject(request), request.headers, definition, served);
    const recorded = await this.intake.record(action);
    if (recorded.kind === 'accepted') {
      if (tracing !== null) {
        const { requestId: id, duplicate } = recorded;
        traceTaken(tracing, { http: request, startedAtMs }, { id, duplicate, service: apiName, status: ACCEPTED });
      }
      return recorded.requestId;
    }
    throw new RequestError(400, 'DUPLICATE_REQUEST', 'This token was already used for another batch.', {
      details: [{ field: 'token', message: 'was already used for another batch' }],
    });
  }

  private brake(): void {
    if (this.intake.waiting() > this.config.intake.queueMax) throw rateLimited('too many requests are being stored', 1);
    const overload = this.backlog.overload();
    if (overload !== null) throw rateLimited(overload.reason, overload.retryAfterSeconds);
  }
}

function rateLimited(reason: string, retryAfterSeconds: number): RequestError {
  return new RequestError(429, 'RATE_LIMITED', `Try again later: ${reason}.`, { retryAfterSeconds });
}
