import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { NewAction } from '../../actions/new-action.js';
import type { ServedDefinition } from '../../catalog/catalog-version.js';
import type { HeaderDefinition } from '../../catalog/service-definition.js';
import { AppConfig } from '../../config/config.js';
import type { JsonObject } from '../../http/json-body.js';
import { toJsonText } from '../../http/json-text.js';
import { AddressPolicy, type UrlRules } from '../../security/address-policy.js';
import type { MarketoService } from '../documents/service-definition.js';
import { requireSubscription } from '../subscriptions.js';
import { type BatchEnvelope, malformed, readBatchEnvelope } from './batch-envelope.js';
import { checkOf } from './lead-check.js';
import { MARKETO, type StoredBatch, toBatchInput } from './stored-batch.js';

const MINUTE_MS = 60_000;

/** Makes the action of a batch: its structure, its callback address and its settings are checked, each lead by itself. */
@Injectable()
export class BatchActionFactory {
  private readonly urlRules: UrlRules;

  constructor(
    private readonly addresses: AddressPolicy,
    private readonly config: AppConfig,
  ) {
    this.urlRules = { hosts: config.callbacks.hosts };
  }

  /**
   * @param served null where nothing is stored: a trial of a file.
   * @throws RequestError for mistakes of the caller.
   */
  make(
    body: JsonObject,
    http: IncomingHttpHeaders,
    definition: MarketoService,
    served: ServedDefinition | null,
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
      // Its spelling differs between callers; a person is erased, and a token known again, under one.
      tenant: envelope.munchkinId.toUpperCase(),
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
