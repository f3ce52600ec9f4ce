import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ActionIntake } from '../actions/action-intake.js';
import { BacklogGauge } from '../actions/backlog-gauge.js';
import { AppConfig } from '../config/config.js';
import { readJsonObject } from '../http/json-body.js';
import { RequestError } from '../http/request-error.js';
import { CallerAuthenticator } from '../security/caller-authenticator.js';
import { readEnvelope } from './envelope.js';
import type { ExecutionRequestDto } from './execution-request.dto.js';
import { NewActionFactory } from './new-action.js';
import { type ServedService, ServedServices } from './served-services.js';

/** A request that is in Postgres. */
export interface AcceptedRequest {
  readonly requestId: string;
  readonly service: string;
  readonly duplicate: boolean;
}

/** Accepts execution requests: brake, parse, validate, record; resolves after the commit. */
@Injectable()
export class IntakeService {
  constructor(
    private readonly services: ServedServices,
    private readonly factory: NewActionFactory,
    private readonly intake: ActionIntake,
    private readonly backlog: BacklogGauge,
    private readonly callers: CallerAuthenticator,
    private readonly config: AppConfig,
  ) {}

  /**
   * @param apiName null: the service is found by the request's objectType.
   * @throws RequestError for mistakes that the caller can mend; database errors as they come.
   */
  async accept(request: FastifyRequest, apiName: string | null): Promise<AcceptedRequest> {
    // Before the body is parsed: refusing must cost less than serving.
    this.brake();
    const named = apiName === null ? null : this.services.get(apiName);
    if (named !== null) assertSize(request, named);
    const envelope = readEnvelope(readJsonObject(request));
    const service = named ?? (await this.findByType(request, envelope));
    this.services.assertServes(service, envelope.objectData.objectType);
    const recorded = await this.intake.record(this.factory.make(envelope, service, request.headers));
    switch (recorded.kind) {
      case 'accepted':
        return { ...recorded, service: service.definition.apiName };
      case 'conflict':
        throw new RequestError(409, 'DUPLICATE_REQUEST', 'This token was already used for another entity.', {
          details: [{ field: 'token', message: 'was already used for another entity' }],
        });
    }
  }

  private async findByType(request: FastifyRequest, envelope: ExecutionRequestDto): Promise<ServedService> {
    const service = this.services.getForType(envelope.objectData.objectType);
    // The guard knew no service yet and asked for the default scheme: a service with its own is asked here.
    if (service.definition.auth !== null) await this.callers.authenticate(request, service.definition);
    assertSize(request, service);
    return service;
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

function assertSize(request: FastifyRequest, { bodyLimit, definition }: ServedService): void {
  const size = (request.body as Buffer | undefined)?.length ?? 0;
  if (size <= bodyLimit) return;
  const message = `The request body is larger than a ${definition.entityType} request may be.`;
  throw new RequestError(413, 'INVALID_REQUEST', message, {
    details: [{ field: 'body', message, expected: `at most ${bodyLimit} bytes`, received: `${size} bytes` }],
  });
}
