import type { JsonValue } from '../../http/json-value.js';
import type { EnrichmentContext } from '../enrichment-provider.js';
import { readAnswer, readNumber } from './field-values.js';

/** The setting of the journey's author for this step: a flow attribute, else the global attribute of that name. */
export function flowValue(context: EnrichmentContext, name: string): JsonValue | undefined {
  for (const attributes of [context.flowStep, context.globalAttributes]) {
    const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    if (value !== undefined && value !== null && value !== '') return value;
  }
  return undefined;
}

/** A flow or global attribute as text, null when it is not set. */
export function flowText(context: EnrichmentContext, name: string): string | null {
  return readAnswer(flowValue(context, name));
}

/** A flow or global attribute as a number, null when it is not set. */
export function flowNumber(context: EnrichmentContext, name: string): number | null {
  return readNumber(flowValue(context, name));
}
