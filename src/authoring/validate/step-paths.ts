import { isJsonObject } from '../../http/json-value.js';

/** Where each step of a pipeline stands in its file, in the order that they run in: those of a waterfall one by one. */
export function stepPaths(content: unknown): readonly string[] {
  const pipeline = isJsonObject(content) ? content['pipeline'] : null;
  if (!Array.isArray(pipeline)) return [];
  return pipeline.flatMap((item: unknown, index) => {
    const at = `pipeline[${index}]`;
    const steps = isJsonObject(item) ? item['waterfall'] : undefined;
    return Array.isArray(steps) ? steps.map((_, inner) => `${at}.waterfall[${inner}]`) : [at];
  });
}
