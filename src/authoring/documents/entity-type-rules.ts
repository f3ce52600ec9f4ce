import { isEntityType } from '../../intake/entity-context.js';
import { isJsonObject } from '../../http/json-value.js';
import type { DocumentFindings } from './document-findings.js';
import { Pointers } from './pointers.js';

type Json = Readonly<Record<string, unknown>>;

const AT = 'paths./submitAsyncAction.post.requestBody';
const REMEDY = 'use lead, account or accountPerson';

/** The kind of entity that a service takes, where its request says so. */
export function checkEntityType(document: Json, findings: DocumentFindings): void {
  const pointers = new Pointers(document);
  const request = pointers.follow('paths', '/submitAsyncAction', 'post', 'requestBody', 'content', 'application/json');
  const objectData = pointers.follow(request, 'schema', 'properties', 'objectData');
  const objectType = pointers.follow(objectData, 'properties', 'objectType');
  const allowed = objectType?.['enum'];
  if (Array.isArray(allowed)) {
    for (const type of allowed.filter((one) => !isEntityType(String(one)))) {
      findings.refuse('entityType', `${AT} objectData.objectType`, `${JSON.stringify(type)} is not one`, REMEDY);
    }
  }
  const example = request?.['example'];
  const data = isJsonObject(example) ? example['objectData'] : undefined;
  const type = isJsonObject(data) ? data['objectType'] : undefined;
  if (type !== undefined && !isEntityType(String(type))) {
    findings.refuse('entityType', `${AT} example.objectData.objectType`, `${JSON.stringify(type)} is not one`, REMEDY);
  }
  checkContext(pointers.follow(objectData, 'properties', 'objectContext'), findings);
  checkDefinition(pointers, findings);
}

/** The shape that Adobe's own sample has. */
function checkContext(context: Json | null, findings: DocumentFindings): void {
  if (context === null || !Array.isArray(context['oneOf'])) return;
  const reason = 'is oneOf: a request about an account with people is also one about an account, so none matches';
  findings.warn(`${AT} objectData.objectContext`, reason, 'describe the one shape that goes with objectType');
}

/** An example of the service definition says what getServiceDefinition answers. */
function checkDefinition(pointers: Pointers, findings: DocumentFindings): void {
  const at = 'paths./getServiceDefinition.get.responses.200';
  const answer = pointers.follow('paths', '/getServiceDefinition', 'get', 'responses', '200', 'content');
  const media = pointers.follow(answer, 'application/json');
  const schema = pointers.follow(media, 'schema');
  for (const example of [media?.['example'], schema?.['example']]) {
    const type = isJsonObject(example) ? example['supportedEntityType'] : undefined;
    if (type === undefined || (typeof type === 'string' && isEntityType(type))) continue;
    findings.refuse('entityType', `${at} supportedEntityType`, `${JSON.stringify(type)} is not one`, REMEDY);
  }
}
