// Asks a provider of a built dist folder, for the modules of the accuracy table.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** One object: a provider reads settings once for each. */
const SETTINGS = Object.freeze({});

/**
 * @param dist absolute path of the build
 * @param key of the provider
 * @param parts given to its constructor, e.g. a clock
 * @returns a function of the fields a request has, giving those the provider finds: of a lead, or of an `account`
 */
export async function askProvider(dist, key, ...parts) {
  const file = join(dist, 'src', 'enrichment', 'providers', 'built-in-providers.js');
  const { BUILT_IN_PROVIDERS } = await import(pathToFileURL(file).href);
  const provider = BUILT_IN_PROVIDERS.map((Provider) => new Provider(...parts)).find((one) => one.key === key);
  if (provider === undefined) throw new Error(`${dist} has no provider "${key}"`);
  const context = {
    flowStep: {},
    globalAttributes: {},
    headers: {},
    journey: {},
    subscription: {},
    pathConfig: [],
    deadline: new Date(8.64e15),
    signal: new AbortController().signal,
    log: () => undefined,
  };
  return async (fields, kind = 'lead') => {
    const entity = { kind, id: '1', fields };
    const soFar = { fields: {}, accountFields: {}, accessors: {}, attributes: {}, people: new Map() };
    const found = await provider.enrich({ entity, soFar }, SETTINGS, context);
    return (kind === 'lead' ? found.fields : found.accountFields) ?? {};
  };
}
