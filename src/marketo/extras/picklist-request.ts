import { PARAMETER_TYPES, type ParameterType } from '../../catalog/marketo-definition.js';
import type { JsonObject } from '../../http/json-body.js';
import { isJsonObject } from '../../http/json-value.js';
import { RequestError, type RequestProblem } from '../../http/request-error.js';
import { NAME_MAX_LENGTH } from '../marketo-limits.js';

/** Which choices Marketo asks for. */
export interface PicklistRequest {
  readonly name: string;
  readonly type: ParameterType;
  /** Beginning of the labels; empty: all. */
  readonly prefix: string;
  /** Fields that the administrator mapped, as they are called in requests and in callbacks. */
  readonly mapped: { readonly request: readonly string[]; readonly callback: readonly string[] };
}

/** @throws RequestError 400 with all that is wrong. */
export function readPicklistRequest(body: JsonObject): PicklistRequest {
  const problems: RequestProblem[] = [];
  const { name, prefix = '', fieldMappingContext: context = null } = body;
  const type = PARAMETER_TYPES.find((one) => one === body['type']);
  if (typeof name !== 'string' || name === '' || name.length > NAME_MAX_LENGTH) {
    problems.push({ field: 'name', message: name === undefined ? 'is missing' : 'must be the name of a parameter' });
  }
  if (type === undefined) problems.push({ field: 'type', message: `must be one of ${PARAMETER_TYPES.join(', ')}` });
  if (prefix !== null && (typeof prefix !== 'string' || prefix.length > NAME_MAX_LENGTH)) {
    problems.push({ field: 'prefix', message: `must be a text of at most ${NAME_MAX_LENGTH} characters` });
  }
  if (context !== null && !isJsonObject(context)) {
    problems.push({ field: 'fieldMappingContext', message: 'must be an object' });
  }
  const [first] = problems;
  if (first !== undefined) {
    throw new RequestError(400, 'INVALID_REQUEST', `${first.field} ${first.message}`, { details: problems });
  }
  const lists = isJsonObject(context) ? context : {};
  return {
    name: typeof name === 'string' ? name : '',
    type: type ?? 'flow',
    prefix: typeof prefix === 'string' ? prefix : '',
    mapped: { request: namesOf(lists['invocation']), callback: namesOf(lists['callback']) },
  };
}

/** Under mappings of the administrator's own only the names of Marketo's fields are sent. */
function namesOf(list: unknown): string[] {
  if (!Array.isArray(list)) return [];
  const names = list.flatMap((item: unknown) => {
    if (!isJsonObject(item)) return [];
    const name = item['serviceAttribute'] ?? item['marketoAttribute'];
    return typeof name === 'string' && name !== '' ? [name] : [];
  });
  return [...new Set(names)];
}
