import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Catalog } from '../../catalog/catalog.js';
import { BacklogGauge } from '../../actions/backlog-gauge.js';
import { AppConfig } from '../../config/config.js';
import { RequestError } from '../../http/request-error.js';
import type { CallProblem, NewAsyncCall } from '../async-call.js';
import { toRetryAfterSeconds } from '../../http/token-buckets.js';
import { countObjects, readObjects, readObjectType } from './call-objects.js';
import { CALL_ERRORS } from '../call-problems.js';
import { findServing } from '../served-calls.js';
import { XmlValueProblem } from '../soap/xml-values.js';
import { readCallOptions } from './call-options.js';
import { CallRefusal } from './call-refusal.js';
import { writeFinished, writeQueued, writeRefused } from './create-answer.js';
import { ResponseAddresses } from './response-address.js';
import { StoredAsyncCalls } from '../stored-async-calls.js';
import type { XmlElement } from '../soap/xml-element.js';

/** Each holds a connection and a place in memory: beyond so many, calling asynchronously is the answer. */
const WAITING_MAX = 100;

/** Serves `Create`: takes calls in, answers at once or waits, and tells at the door what is wrong with one. */
@Injectable()
export class CreateCalls {
  private waiting = 0;

  constructor(
    private readonly catalog: Catalog,
    private readonly calls: StoredAsyncCalls,
    private readonly addresses: ResponseAddresses,
    private readonly backlog: BacklogGauge,
    private readonly config: AppConfig,
  ) {}

  /** @returns the `CreateResponse`. @throws RequestError 429 and 503 when no more calls are taken. */
  async create(clientId: string, request: XmlElement): Promise<string> {
    try {
      return await this.take(clientId, request);
    } catch (error) {
      // A refused call has no request: its id only lets two people talk about the answer.
      if (error instanceof CallRefusal) return writeRefused(uuidv7(), error.problem, error.ordinal);
      if (error instanceof XmlValueProblem) return writeRefused(uuidv7(), CallRefusal.other(error.message).problem);
      throw error;
    }
  }

  private async take(clientId: string, request: XmlElement): Promise<string> {
    this.brake();
    const options = readCallOptions(request, this.addresses, Date.now());
    const objectType = readObjectType(request);
    const served = findServing(this.catalog, objectType, countObjects(request));
    if (served.kind === 'refused') throw new CallRefusal(served.problem);
    const objects = readObjects(request);
    const { isAsynchronous, ...rest } = options;
    const call: NewAsyncCall = { clientId, objectType, objects, ...rest };
    return isAsynchronous ? writeQueued(await this.submit(call), objects.length) : this.submitAndWait(call);
  }

  private async submit(call: NewAsyncCall): Promise<string> {
    const submitted = await this.calls.submit(call);
    if (submitted.kind === 'refused') throw new CallRefusal(submitted.problem);
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

function notYet(waitMs: number): CallProblem {
  return {
    code: CALL_ERRORS.timeout,
    message:
      `The result is not there after ${waitMs} ms, but the call goes on: retrieve ResultMessage by this RequestID, ` +
      'and set RequestType Asynchronous with SendResponseTo to be called back instead of waiting.',
  };
}
