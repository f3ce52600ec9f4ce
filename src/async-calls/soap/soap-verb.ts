import { RequestError } from '../../http/request-error.js';
import { PARTNER_API } from './soap-envelope.js';
import type { XmlElement } from './xml-element.js';

/** The verbs of this API. */
export type SoapVerb = 'Create' | 'Retrieve';

/** The request of each verb of the API, ours and the others. */
const VERBS: ReadonlyMap<string, string> = new Map([
  ['CreateRequest', 'Create'],
  ['RetrieveRequestMsg', 'Retrieve'],
  ['UpdateRequest', 'Update'],
  ['DeleteRequest', 'Delete'],
  ['DefinitionRequestMsg', 'Describe'],
  ['ExecuteRequestMsg', 'Execute'],
  ['PerformRequestMsg', 'Perform'],
  ['ConfigureRequestMsg', 'Configure'],
  ['ScheduleRequestMsg', 'Schedule'],
  ['QueryRequestMsg', 'Query'],
  ['ExtractRequestMsg', 'Extract'],
  ['VersionInfoRequestMsg', 'VersionInfo'],
  ['SystemStatusRequestMsg', 'GetSystemStatus'],
]);
const NAMES: ReadonlySet<string> = new Set(VERBS.values());
const SUPPORTED = 'Create and Retrieve are supported';

/**
 * Which verb a request is for: the body says it, and the action, where there is one, must agree.
 * @throws RequestError 400 for a verb we do not have, naming those we do.
 */
export function readVerb(operation: XmlElement, action: string | null): SoapVerb {
  const named = verbOfAction(action);
  const asked = operation.uri === PARTNER_API ? (VERBS.get(operation.name) ?? null) : null;
  for (const verb of [named, asked]) {
    if (verb !== null && verb !== 'Create' && verb !== 'Retrieve') throw unknown(`The verb ${verb} is not supported`);
  }
  if (asked !== 'Create' && asked !== 'Retrieve') {
    throw unknown(`The Body holds no request of the namespace ${PARTNER_API}`);
  }
  if (named !== null && named !== asked) throw unknown('The SOAPAction and the Body ask for different verbs');
  return asked;
}

/** `Create`, `"Create"`, `urn:x#Create`: the last part counts. An unknown one says nothing. */
function verbOfAction(action: string | null): string | null {
  const last = (action ?? '').slice(0, 512).replaceAll('"', '').trim().split(/[/#:]/).at(-1) ?? '';
  const name = last.toLowerCase();
  return [...NAMES].find((verb) => verb.toLowerCase() === name) ?? null;
}

function unknown(message: string): RequestError {
  return new RequestError(400, 'INVALID_REQUEST', `${message}: ${SUPPORTED}.`);
}
