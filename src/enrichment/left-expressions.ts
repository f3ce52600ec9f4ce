import type { PipelineStep, ServiceDefinition } from '../catalog/service-definition.js';

/**
 * Whether definitions that are gone leave expressions behind that those in use do not have. Most changes do not: threads
 * that are warm are then kept.
 */
export function leavesExpressions(gone: readonly ServiceDefinition[], inUse: readonly ServiceDefinition[]): boolean {
  const kept = new Set(inUse.flatMap(({ pipeline }) => pipeline.flatMap(carriersOf)));
  return gone.some(({ pipeline }) => pipeline.flatMap(carriersOf).some((carrier) => !kept.has(carrier)));
}

/** Settings are one object as long as they say the same; conditions are told by their text. */
function carriersOf({ settings, when, waterfall }: PipelineStep): (object | string)[] {
  const conditions = [when, waterfall?.when].filter((condition) => condition !== undefined);
  return [settings, ...conditions.map(({ source }) => source)];
}
