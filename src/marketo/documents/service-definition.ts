import { type MarketoDefinition, parameterKey, type ParameterType } from '../../catalog/marketo-definition.js';
import type {
  AttributeDefinition,
  FieldDefinition,
  HeaderDefinition,
  ServiceDefinition,
  Translations,
} from '../../catalog/service-definition.js';

type Json = Readonly<Record<string, unknown>>;

/** A definition that speaks the dialect. */
export type MarketoService = ServiceDefinition & { readonly marketo: MarketoDefinition };

/** Whether Marketo may call the service. */
export function speaksMarketo(definition: ServiceDefinition): definition is MarketoService {
  return definition.marketo !== null;
}

/** The answer of `getServiceDefinition` to Marketo. Source: Adobe's CFA-Swagger, schema serviceDefinition. */
export function buildMarketoDefinition(definition: MarketoService, baseUrl: string): Json {
  const { invocation, callback, marketo } = definition;
  const parameter = (type: ParameterType, name: string): Json => parameterJson(marketo, type, name, baseUrl);
  return {
    apiName: definition.apiName,
    i18n: { en_US: serviceTexts(definition), ...marketo.translations },
    ...(marketo.caBundle !== null && { caBundle: marketo.caBundle }),
    primaryAttribute: definition.primaryAttribute,
    invocationPayloadDef: {
      globalAttributes: invocation.globalAttributes.map((one) => ({
        ...attributeJson(marketo, 'global', one),
        ...parameter('global', one.apiName),
      })),
      flowAttributes: invocation.flowAttributes.map((one) => ({
        ...attributeJson(marketo, 'flow', one),
        ...parameter('flow', one.apiName),
      })),
      ...(!marketo.mapsRequest && {
        fields: invocation.fields.map((field) => ({
          ...fieldJson(field, marketo.suggested.request),
          required: field.required,
        })),
      }),
      headers: invocation.headers.map((header) => ({ ...headerJson(header), ...parameter('header', header.name) })),
      userDrivenMapping: marketo.mapsRequest,
      programContext: marketo.contexts.program,
      campaignContext: marketo.contexts.campaign,
      triggerContext: marketo.contexts.trigger,
      programMemberContext: marketo.contexts.programMember,
      subscriptionContext: invocation.subscriptionContext,
      myTokenContext: marketo.myTokens,
    },
    callbackPayloadDef: {
      attributes: callback.attributes.map((one) => attributeJson(marketo, null, one)),
      ...(!marketo.mapsCallback && {
        fields: callback.fields.map((field) => fieldJson(field, marketo.suggested.callback)),
      }),
      userDrivenMapping: marketo.mapsCallback,
    },
  };
}

function serviceTexts({ name, i18nDescription, marketo }: MarketoService): Json {
  return {
    name,
    ...(marketo.filterName !== null && { filterName: marketo.filterName }),
    ...(marketo.triggerName !== null && { triggerName: marketo.triggerName }),
    description: i18nDescription,
  };
}

/** @param type null for what a callback writes: that has no parameters. */
function attributeJson(marketo: MarketoDefinition, type: ParameterType | null, attribute: AttributeDefinition): Json {
  const { apiName, displayName, description, translations, dataType } = attribute;
  const tooltip = type === null ? null : (marketo.parameters.get(parameterKey(type, apiName))?.tooltip ?? null);
  const english = {
    name: displayName,
    ...(description !== null && { description }),
    ...(tooltip !== null && { uiTooltip: tooltip }),
  };
  return { apiName, i18n: { en_US: english, ...named(translations) }, dataType };
}

/** In Marketo's documents the name for people is `name`. */
function named(translations: Translations): Json {
  const texts = Object.entries(translations).map(([language, { displayName, ...others }]) => [
    language,
    { ...(displayName !== undefined && { name: displayName }), ...others },
  ]);
  return Object.fromEntries(texts) as Json;
}

/** A field needs a description: its name stands in. */
function fieldJson(field: FieldDefinition, suggested: ReadonlyMap<string, string>): Json {
  const { serviceAttribute, dataType, description, displayName, translations } = field;
  const suggestion = suggested.get(serviceAttribute);
  return {
    serviceAttribute,
    ...(suggestion !== undefined && { suggestedMarketoAttribute: suggestion }),
    description: inLanguages(description ?? displayName ?? serviceAttribute, translations),
    dataType,
  };
}

function headerJson({ name, description, displayName, translations }: HeaderDefinition): Json {
  return { name, description: inLanguages(description ?? displayName ?? name, translations) };
}

function inLanguages(english: string, translations: Translations): Json {
  const others = Object.entries(translations).flatMap(([language, { description }]) =>
    description === undefined ? [] : [[language, description] as const],
  );
  return { en_US: english, ...Object.fromEntries(others) };
}

/** `picklistUrl` is the name of an older read-me, which some instances still go by. */
function parameterJson({ parameters }: MarketoDefinition, type: ParameterType, name: string, baseUrl: string): Json {
  const parameter = parameters.get(parameterKey(type, name));
  if (parameter === undefined || parameter.picklist === null) return { hasPicklist: false };
  return {
    hasPicklist: true,
    picklistUrl: `${baseUrl}/getPicklist`,
    enforcePicklistSelect: parameter.enforced,
  };
}
