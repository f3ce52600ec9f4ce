import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { ActionEntity, ActionSecrets, Fields } from '../actions/action-input.js';
import type { NewAction } from '../actions/new-action.js';
import { AppConfig } from '../config/config.js';
import { toJsonText } from '../http/json-text.js';
import { RequestError, type RequestProblem } from '../http/request-error.js';
import { AddressPolicy, type UrlRules } from '../security/address-policy.js';
import { ADOBE_DIALECT, toActionInput } from './adobe-request.js';
import { collectHeaders } from './custom-headers.js';
import { readEntity } from './entity-context.js';
import { malformed, summarize } from './envelope.js';
import type { ExecutionRequestDto } from './execution-request.dto.js';
import { intakeCoercions } from './intake.metrics.js';
import { ServedOrganisations } from './served-organisations.js';
import type { ServedService } from './served-services.js';
import { readTimeoutMs } from './timeout.js';

const EMPTY: Fields = Object.freeze({});

/** Turns an execution request with a valid envelope into an action, or names all its mistakes. */
@Injectable()
export class NewActionFactory {
  private readonly urlRules: UrlRules;

  constructor(
    private readonly config: AppConfig,
    private readonly addresses: AddressPolicy,
    private readonly organisations: ServedOrganisations,
  ) {
    this.urlRules = { hosts: config.callbacks.hosts };
  }

  /**
   * Takes the request over: its values are coerced in place and its secrets removed from it.
   * @throws RequestError 400 for structure and addresses, 403 and 503 for the organisation, 422 for the service's rules.
   */
  make(request: ExecutionRequestDto, service: ServedService, http: IncomingHttpHeaders): NewAction {
    const { definition } = service;
    const problems: RequestProblem[] = [];
    const entity = readEntity(definition.entityType, request.objectData.objectContext, problems);
    const refusal = this.addresses.checkUrl(request.callbackUrl, this.urlRules);
    if (refusal !== null) problems.push({ field: 'callbackUrl', message: refusal });
    if (problems.length > 0) throw malformed(problems);
    const tenant = this.organisations.select(definition.apiName, request.context?.subscription?.imsOrgId);
    const timeoutMs = this.checkRules(request, service, entity);
    const secrets = takeSecrets(request, collectHeaders(definition.invocation.headers, http, request.customHeaders));
    return {
      service: definition.apiName,
      dialect: ADOBE_DIALECT,
      tenant,
      objectType: entity.kind,
      entityId: entity.id,
      timeoutMs,
      token: secrets.token,
      requestText: toJsonText(request),
      secrets,
      callbackUrl: request.callbackUrl,
      input: toActionInput(request, entity),
      servedBy: service.servedBy,
    };
  }

  private checkRules(request: ExecutionRequestDto, service: ServedService, entity: ActionEntity): number {
    const { definition } = service;
    const { problems, coerced } = service.checkFields({
      entity,
      flowStep: request.objectData.flowStepContext ?? EMPTY,
      globalAttributes: request.context?.globalAttributes ?? EMPTY,
      admin: request.context?.admin ?? EMPTY,
    });
    const details = [...problems];
    const timeoutMs = readTimeoutMs(request.actionConfig?.timeout, definition.timeoutMinutes, details);
    if (details.length > 0) {
      throw new RequestError(this.config.intake.validationStatus, 'VALIDATION_ERROR', summarize(details), { details });
    }
    for (const field of coerced) intakeCoercions.inc({ service: definition.apiName, field });
    return timeoutMs;
  }
}

/** Removes what is stored encrypted only. Undefined members are not serialized; deleting them would be slower. */
function takeSecrets(request: ExecutionRequestDto, headers: ActionSecrets['headers']): ActionSecrets {
  const secrets: ActionSecrets = { token: request.token, admin: request.context?.admin ?? EMPTY, headers };
  const emptied: Partial<ExecutionRequestDto> = request;
  emptied.token = undefined;
  emptied.customHeaders = undefined;
  if (request.context) request.context.admin = undefined;
  return secrets;
}
