import type { JsonObject } from '../http/json-body.js';
import type { ExecutionRequestDto } from './execution-request.dto.js';
import { ORG_MAX_BYTES, PATHS_MAX, TOKEN_MAX_BYTES } from './execution-request.limits.js';
import { isHeaderValue } from './header-value.js';

/**
 * Whether a request is certain to pass the DTO's validation; false only means that the DTO has to look.
 * The DTO's checks cost 24 of a request's 42 µs, and nearly every request passes them; a property test holds
 * the two together.
 */
export function isSurelyWellFormed(body: JsonObject): body is JsonObject & ExecutionRequestDto {
  const { token, callbackUrl, objectData, context, actionConfig, customHeaders, enableSplitPaths } = body;
  return (
    isPlain(body) &&
    typeof token === 'string' &&
    isHeaderValue(token, TOKEN_MAX_BYTES) &&
    typeof callbackUrl === 'string' &&
    isPlain(objectData) &&
    typeof objectData['objectType'] === 'string' &&
    isPlain(objectData['objectContext']) &&
    isPlainOrAbsent(objectData['flowStepContext']) &&
    isGoodContext(context) &&
    isGoodActionConfig(actionConfig) &&
    isPlainOrAbsent(customHeaders) &&
    (enableSplitPaths === undefined || typeof enableSplitPaths === 'boolean')
  );
}

function isGoodContext(context: unknown): boolean {
  if (context === undefined) return true;
  return (
    isPlain(context) &&
    isGoodSubscription(context['subscription']) &&
    isPlainOrAbsent(context['journey']) &&
    isPlainOrAbsent(context['admin']) &&
    isPlainOrAbsent(context['globalAttributes'])
  );
}

function isGoodSubscription(subscription: unknown): boolean {
  if (subscription === undefined) return true;
  if (!isPlain(subscription)) return false;
  const { imsOrgId } = subscription;
  return imsOrgId === undefined || (typeof imsOrgId === 'string' && isHeaderValue(imsOrgId, ORG_MAX_BYTES));
}

function isGoodActionConfig(config: unknown): boolean {
  if (config === undefined) return true;
  if (!isPlain(config)) return false;
  const { pathConfig } = config;
  return pathConfig === undefined || isListOf(pathConfig, isGoodPath);
}

function isGoodPath(path: unknown): boolean {
  return isPlain(path) && typeof path['pathId'] === 'string' && isListOf(path['pathDefinition'], isGoodCondition);
}

function isGoodCondition(condition: unknown): boolean {
  return (
    isPlain(condition) &&
    typeof condition['accessor'] === 'string' &&
    typeof condition['operator'] === 'string' &&
    Array.isArray(condition['values']) &&
    condition['values'].every((operand) => typeof operand === 'string')
  );
}

function isListOf(value: unknown, isGood: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length <= PATHS_MAX && value.every(isGood);
}

function isPlainOrAbsent(value: unknown): boolean {
  return value === undefined || isPlain(value);
}

/** An object with an open class: a "constructor" among its keys is for the DTO to refuse. */
function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && value.constructor === Object;
}
