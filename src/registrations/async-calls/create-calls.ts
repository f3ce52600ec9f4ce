import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Catalog } from '../../catalog/catalog.js';
import type { AsyncCallsDefinition } from '../../catalog/service-definition.js';
import { BacklogGauge } from '../../actions/backlog-gauge.js';
import { AppConfig } from '../../config/config.js';
import { RequestError } from '../../http/request-error.js';
import { toRetryAfterSeconds } from '../../http/token-buckets.js';
import { AsyncCalls, type NewAsyncCall } from './async-call.js';
import { countObjects, readObjects, readObjectType } from './call-objects.js';
import { readCallOptions } from './call-options.js';
import { CallRefusal, REFUSED, TIMED_OUT } from './call-refusal.js';
import { writeFinished, writeQueued, writeRefused } from './create-answer.js';
import { ResponseAddresses } from './response-address.js';
import type { XmlElement } from './xml-element.js';

const TOO_MANY_OBJECTS = 218;
/** Each holds a connection and a place in memory: beyond so many, calling asynchronously is the answer. */
const WAITING_MAX = 100;

/** Serves `Create`: takes calls in, answers at once or waits, and tells at the door what is wrong with one. */
@Injectable()
export class CreateCalls {
  private waiting = 0;

  constructor(
    private readonly catalog: Catalog,
    private readonly calls: AsyncCalls,
    private readonly addresses: ResponseAddresses,
    private readonly backlog: BacklogGauge,
    private readonly config: AppConfig,
  ) {}

  /** @returns the `CreateResponse`. @throws RequestError 429 and 503 when no more calls are taken. */
  async create(clientId: string, request: XmlElement): Promise<string> {
    try {
      return await this.take(clientId, request);
    } catch (error) {
      // What is refused has no request: its id only lets two people talk about the answer.
      if (error instanceof CallRefusal) return writeRefused(uuidv7(), error);
      throw error;
    }
  }

  private async take(clientId: string, request: XmlElement): Promise<string> {
    this.brake();
    const options = readCallOptions(request, this.addresses, Date.now());
    const objectType = readObjectType(request);
    this.checkCount(this.getDefinition(objectType), countObjects(request));
    const objects = readObjects(request);
    const { isAsynchronous, ...rest } = options;
    const call: NewAsyncCall = { clientId, objectType, objects, ...rest };
    return isAsynchronous ? writeQueued(await this.submit(call), objects.length) : this.submitAndWait(call);
  }

  private async submit(call: NewAsyncCall): Promise<string> {
    const submitted = await this.calls.submit(call);
    if (submitted.kind === 'refused') throw CallRefusal.of(submitted.problem);
    return submitted.requestId;
  }

  private async submitAndWait(call: NewAsyncCall): Promise<string> {
    const { waitMs } = this.config.asyncCalls;
    if (this.waiting >= WAITING_MAX) throw tooManyWait(waitMs);
    this.waiting += 1;
    try {
      const requestId = await this.submit(call);
      const result = await this.calls.waitFor(call.clientId, requestId, waitMs);
      return result === null ? writeRefused(requestId, notYet(waitMs)) : writeFinished(call.objectType, result);
    } finally {
      this.waiting -= 1;
    }
  }

  private getDefinition(objectType: string): AsyncCallsDefinition {
    const service = this.catalog.forAsyncObjectType(objectType);
    if (service?.asyncCalls != null && service.enabled) return service.asyncCalls;
    const types = this.catalog
      .all()
      .flatMap(({ enabled, asyncCalls }) => (enabled && asyncCalls !== null ? [asyncCalls.objectType] : []));
    const known = types.length === 0 ? 'there are none' : `there are ${types.join(', ')}`;
    throw new CallRefusal(REFUSED, `No service takes objects of this type: ${known}.`);
  }

  private checkCount({ maxObjects }: AsyncCallsDefinition, count: number): void {
    if (count <= maxObjects) return;
    throw new CallRefusal(TOO_MANY_OBJECTS, `There are too many objects: a call has at most ${maxObjects}.`);
  }

  private brake(): void {
    const overload = this.backlog.overload();
    if (overload === null) return;
    const { reason, retryAfterSeconds } = overload;
    throw new RequestError(429, 'RATE_LIMITED', `Try again later: ${reason}.`, { retryAfterSeconds });
  }
}

function tooManyWait(waitMs: number): RequestError {
  const message = 'Too many synchronous calls wait: set RequestType Asynchronous.';
  const retryAfterSeconds = toRetryAfterSeconds(waitMs);
  return new RequestError(503, 'SERVICE_UNAVAILABLE', message, { retryAfterSeconds });
}

function notYet(waitMs: number): CallRefusal {
  return new CallRefusal(
    TIMED_OUT,
    `The result is not there after ${waitMs} ms, but the call goes on: retrieve ResultMessage by this RequestID, ` +
      'and set RequestType Asynchronous with SendResponseTo to be called back instead of waiting.',
  );
}
