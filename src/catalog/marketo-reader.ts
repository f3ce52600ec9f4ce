import { isWebAddress } from './openapi-info-reader.js';
import type { Section } from './definition-section.js';
import { readParameter } from './picklist-reader.js';
import {
  type MarketoDefinition,
  type MarketoParameter,
  parameterKey,
  type ParameterType,
} from './marketo-definition.js';
import type { ServiceDefinition } from './service-definition.js';
import { readTranslations } from './translation-reader.js';

/** A name of a file in the folder of the definitions: no path leads out of it. */
const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const IMAGE = /\.(?:png|jpe?g|gif|svg|webp)$/i;
const MARKDOWN = /\.md$/i;
const MAX_TOKENS = 100;

type Declared = Pick<ServiceDefinition, 'primaryAttribute' | 'invocation' | 'callback'>;

/** Reads what a service says to Marketo alone, and holds the rest of it to Marketo's rules of names. */
export function readMarketo(root: Section, declared: Declared): MarketoDefinition {
  const invocation = root.section('invocationPayloadDef');
  const callback = root.section('callbackPayloadDef');
  const english = root.section('i18n').section('en_US');
  refuseOverlaps(root, declared);
  return {
    filterName: english.optionalText('filterName'),
    triggerName: english.optionalText('triggerName'),
    translations: readTranslations(root, ['name', 'description', 'filterName', 'triggerName']),
    caBundle: readAddress(root, 'caBundle'),
    contexts: {
      program: invocation.flag('programContext', false),
      campaign: invocation.flag('campaignContext', false),
      trigger: invocation.flag('triggerContext', false),
      programMember: invocation.flag('programMemberContext', false),
    },
    myTokens: readTokens(invocation),
    mapsRequest: invocation.flag('userDrivenMapping', false),
    mapsCallback: callback.flag('userDrivenMapping', false),
    parameters: readParameters(invocation),
    suggested: { request: readSuggested(invocation), callback: readSuggested(callback) },
    icons: { brand: readFile(root, 'brandIcon', IMAGE), service: readFile(root, 'serviceIcon', IMAGE) },
    instructions: readFile(root, 'providerInstructions', MARKDOWN),
  };
}

/** The words of Adobe's table of errors: an administrator's screen would say them instead. */
function refuseOverlaps(root: Section, { primaryAttribute, invocation, callback }: Declared): void {
  const flow = invocation.flowAttributes.map(({ apiName }) => apiName);
  const { problems } = root;
  callback.attributes.forEach(({ apiName }, index) => {
    if (apiName === '' || !flow.includes(apiName)) return;
    const path = `callbackPayloadDef.attributes[${index}].apiName`;
    problems.add(
      path,
      `"${apiName}" is a flow attribute too, and Marketo lets the two not overlap`,
      'rename one of the two',
    );
  });
  if (primaryAttribute !== '' && !flow.includes(primaryAttribute)) {
    const remedy = 'use the apiName of one of invocationPayloadDef.flowAttributes';
    problems.add('primaryAttribute', `"${primaryAttribute}" does not match a flow attribute, as Marketo asks`, remedy);
  }
}

function readParameters(invocation: Section): ReadonlyMap<string, MarketoParameter> {
  const parameters = new Map<string, MarketoParameter>();
  const note = (type: ParameterType, name: string, item: Section): void => {
    const parameter = readParameter(item);
    if (parameter !== null) parameters.set(parameterKey(type, name), parameter);
  };
  const names = ['apiName', 'serviceAttribute'] as const;
  for (const item of invocation.sections('flowAttributes')) note('flow', item.text(names), item);
  for (const item of invocation.sections('globalAttributes')) note('global', item.text(names), item);
  for (const item of invocation.sections('headers')) note('header', item.text(['name', 'headerName']), item);
  return parameters;
}

function readSuggested(parent: Section): ReadonlyMap<string, string> {
  const suggested = new Map<string, string>();
  for (const item of parent.sections('fields')) {
    const name = item.optionalText('suggestedMarketoAttribute');
    if (name !== null) suggested.set(item.text(['serviceAttribute', 'apiName']), name);
  }
  return suggested;
}

function readTokens(invocation: Section): readonly string[] {
  const tokens = invocation.list('myTokenContext');
  const path = invocation.at('myTokenContext');
  if (tokens.length > MAX_TOKENS) {
    invocation.problems.add(path, `has ${tokens.length} tokens`, `list ${MAX_TOKENS} at most`);
  }
  return tokens.filter((token, index): token is string => {
    if (typeof token === 'string' && token.trim() !== '' && !/^\{\{|^my\./i.test(token)) return true;
    const remedy = 'write the name without braces and without my., e.g. Event Date';
    invocation.problems.add(`${path}[${index}]`, 'is not the name of a My Token', remedy);
    return false;
  });
}

function readAddress(root: Section, key: string): string | null {
  const address = root.optionalText(key);
  if (address !== null && !(isWebAddress(address) && address.startsWith('https:'))) {
    root.problems.add(key, 'is not an https address', 'write one that starts with https://');
  }
  return address;
}

function readFile(root: Section, key: string, kind: RegExp): string | null {
  const name = root.optionalText(key);
  if (name !== null && !(FILE_NAME.test(name) && kind.test(name))) {
    const what = kind === IMAGE ? 'an image (.png, .jpg, .gif, .svg or .webp)' : 'a Markdown file (.md)';
    root.problems.add(key, 'is not such a file', `name ${what} in the folder of the definitions`);
  }
  return name;
}
