import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ActionIntake } from '../../actions/action-intake.js';
import { BacklogGauge } from '../../actions/backlog-gauge.js';
import type { NewAction } from '../../actions/new-action.js';
import { Catalog } from '../../catalog/catalog.js';
import type { ServedDefinition } from '../../catalog/catalog-version.js';
import type { HeaderDefinition } from '../../catalog/service-definition.js';
import { AppConfig } from '../../config/config.js';
import { readJsonObject } from '../../http/json-body.js';
import { toJsonText } from '../../http/json-text.js';
import { RequestError } from '../../http/request-error.js';
import { AddressPolicy, type UrlRules } from '../../security/address-policy.js';
import { tracing } from '../../telemetry/current-tracing.js';
import { traceTaken } from '../../telemetry/http-span.js';
import { type MarketoService, speaksMarketo } from '../documents/service-definition.js';
import { requireSubscription } from '../subscriptions.js';
import { type BatchEnvelope, malformed, readBatchEnvelope } from './batch-envelope.js';
import { checkOf } from './lead-check.js';
import { MARKETO, type StoredBatch, toBatchInput } from './stored-batch.js';

const MINUTE_MS = 60_000;
/** Of the controller's answer. */
const ACCEPTED = 201;

/** Takes batches of leads: each is one action, stored before it is answered. */
@Injectable()
export class BatchIntake {
  private readonly urlRules: UrlRules;

  constructor(
    private readonly intake: ActionIntake,
    private readonly backlog: BacklogGauge,
    private readonly catalog: Catalog,
    private readonly addresses: AddressPolicy,
    private readonly config: AppConfig,
  ) {
    this.urlRules = { hosts: config.callbacks.hosts };
  }

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
    const action = this.toAction(readJsonObject(request), request.headers, definition, served);
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

  private toAction(
    body: ReturnType<typeof readJsonObject>,
    http: IncomingHttpHeaders,
    definition: MarketoService,
    served: ServedDefinition,
  ): NewAction {
    const envelope = readBatchEnvelope(body);
    const refusal = this.addresses.checkUrl(envelope.callbackUrl, this.urlRules);
    if (refusal !== null) throw malformed([{ field: 'callbackUrl', message: refusal }]);
    requireSubscription(envelope.munchkinId, this.config.marketo.munchkinIds);
    const check = checkOf(definition);
    const admin = check.admin(envelope.admin);
    if (admin.problem !== null) throw malformed([{ field: 'context.admin', message: admin.problem }]);
    const batch = toStored(envelope, definition);
    const entityId = digestOf(envelope.token, body['objectData']);
    return {
      service: definition.apiName,
      dialect: MARKETO,
      tenant: envelope.munchkinId,
      objectType: 'batch',
      entityId,
      timeoutMs: definition.timeoutMinutes * MINUTE_MS,
      // A service may speak both dialects: their tokens have nothing to do with each other.
      token: `${MARKETO}:${envelope.token}`,
      requestText: toJsonText(batch),
      secrets: {
        token: envelope.token,
        admin: admin.values,
        headers: headersOf(definition.invocation.headers, http),
        ...(envelope.callbackKey !== null && { callbackKey: envelope.callbackKey }),
      },
      callbackUrl: envelope.callbackUrl,
      input: toBatchInput(batch, entityId),
      servedBy: served,
    };
  }

  private brake(): void {
    if (this.intake.waiting() > this.config.intake.queueMax) throw rateLimited('too many requests are being stored', 1);
    const overload = this.backlog.overload();
    if (overload !== null) throw rateLimited(overload.reason, overload.retryAfterSeconds);
  }
}

function toStored({ leads, ...envelope }: BatchEnvelope, definition: MarketoService): StoredBatch {
  const check = checkOf(definition);
  const { batchId, campaignId, subscription, campaign, program } = envelope;
  return {
    batchId,
    campaignId,
    subscription,
    campaign,
    program,
    leads: leads.map((lead) => {
      const fields = check.lead(lead.id, lead.fields);
      const flowStep = check.flowStep(lead.flowStep);
      const refusal = fields.problem ?? flowStep.problem;
      return { ...lead, fields: fields.values, flowStep: flowStep.values, refusal };
    }),
  };
}

/** Tells one batch from another under the same token. The token is in it, so that it cannot be guessed from a person. */
function digestOf(token: string, objectData: unknown): string {
  return hash('sha256', `${token}\0${toJsonText(objectData)}`, 'hex').slice(0, 32);
}

/** Declared headers by lower-case name: the request's, else the definition's own value. */
function headersOf(declared: readonly HeaderDefinition[], http: IncomingHttpHeaders): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { name, value } of declared) {
    const key = name.toLowerCase();
    const given = http[key];
    const text = Array.isArray(given) ? given.join(', ') : (given ?? value);
    if (text !== null) headers[key] = text;
  }
  return headers;
}

function rateLimited(reason: string, retryAfterSeconds: number): RequestError {
  return new RequestError(429, 'RATE_LIMITED', `Try again later: ${reason}.`, { retryAfterSeconds });
}
