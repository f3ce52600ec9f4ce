import { request } from 'undici';
import { UsageError } from '../options.js';

/** A field or an attribute of a callback. */
export interface DeclaredValue {
  readonly name: string;
  readonly type: string;
}

/** A parameter of a flow step, with the choices that the service offers for it. */
export interface FlowParameter extends DeclaredValue {
  readonly choices: readonly unknown[];
}

/** What the simulator knows of a service: only what Marketo could know, too. */
export interface MarketoServiceContract {
  /** The address of its routes, e.g. `http://127.0.0.1:3000/services/table-lookup/marketo`. */
  readonly base: string;
  readonly requestFields: readonly DeclaredValue[];
  readonly mapsRequest: boolean;
  readonly parameters: readonly FlowParameter[];
  readonly settings: readonly FlowParameter[];
  readonly callbackFields: readonly DeclaredValue[];
  readonly mapsCallback: boolean;
  readonly attributes: readonly DeclaredValue[];
}

/** The fields that the simulated administrator mapped where the service leaves it to them. */
export const MAPPED_FIELDS = Object.freeze({
  request: ['email', 'firstName', 'lastName', 'country', 'phone', 'company'],
  callback: ['lookupResult'],
});

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads a service as an administrator's screen does: its definition, its state with the credentials, its choices.
 * @throws UsageError when it is not there, or refuses.
 */
export async function readMarketoService(
  url: string,
  apiName: string,
  apiKey: string | null,
): Promise<MarketoServiceContract> {
  const base = `${url}/services/${encodeURIComponent(apiName)}/marketo`;
  const definition = await ask('GET', `${base}/getServiceDefinition`, apiKey);
  await ask('GET', `${base}/status`, apiKey);
  const invocation = objectOf(definition['invocationPayloadDef']);
  const callback = objectOf(definition['callbackPayloadDef']);
  const withChoices = async (list: unknown, type: string): Promise<FlowParameter[]> =>
    Promise.all(
      listOf(list).map(async (attribute) => ({
        name: String(attribute['apiName']),
        type: String(attribute['dataType']),
        choices: attribute['hasPicklist'] === true ? await choicesOf(base, attribute, type, apiKey) : [],
      })),
    );
  return {
    base,
    requestFields: declaredOf(invocation['fields'], 'serviceAttribute'),
    mapsRequest: invocation['userDrivenMapping'] === true,
    parameters: await withChoices(invocation['flowAttributes'], 'flow'),
    settings: await withChoices(invocation['globalAttributes'], 'global'),
    callbackFields: declaredOf(callback['fields'], 'serviceAttribute'),
    mapsCallback: callback['userDrivenMapping'] === true,
    attributes: declaredOf(callback['attributes'], 'apiName'),
  };
}

async function choicesOf(base: string, attribute: Json, type: string, apiKey: string | null): Promise<unknown[]> {
  const fieldMappingContext = {
    invocation: MAPPED_FIELDS.request.map((marketoAttribute) => ({ marketoAttribute })),
    callback: MAPPED_FIELDS.callback.map((marketoAttribute) => ({ marketoAttribute })),
  };
  const body = { name: attribute['apiName'], type, fieldMappingContext };
  const { choices } = await ask('POST', `${base}/getPicklist`, apiKey, body);
  return listOf(choices).map(({ submittedValue }) => submittedValue);
}

async function ask(method: 'GET' | 'POST', url: string, apiKey: string | null, body?: object): Promise<Json> {
  const headers = {
    ...(apiKey !== null && { 'x-api-key': apiKey }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
  };
  const answer = await request(url, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
  const text = await answer.body.text();
  if (answer.statusCode !== 200) throw new UsageError(`${url} answers ${answer.statusCode}: ${text.slice(0, 300)}`);
  return objectOf(JSON.parse(text));
}

function declaredOf(list: unknown, key: string): DeclaredValue[] {
  return listOf(list).map((item) => ({ name: String(item[key]), type: String(item['dataType']) }));
}

function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.map(objectOf) : [];
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}
