import type { JourneyPath, PathCondition } from './path-evaluator.js';
import type { DeclaredAccessor, ServiceContract } from './service-contract.js';

/** Path of subjects nobody else wants. */
export const DEFAULT_PATH = 'default';

/**
 * Three paths over a service's own accessors, the last an empty default: what a marketer might have drawn. Accessors
 * that promise the most even split come first: scores, then lists of values, then yes or no. A service without
 * accessors gets the default path alone.
 */
export function drawPaths(contract: ServiceContract): JourneyPath[] {
  const accessors = [...contract.accessors.values()].sort((left, right) => rank(left) - rank(right));
  const [first, second = first] = accessors;
  const paths: JourneyPath[] = [];
  if (first !== undefined) paths.push({ pathId: 'path-1', conditions: [conditionOn(first, 'high')] });
  if (second !== undefined) {
    paths.push({ pathId: 'path-2', conditions: [conditionOn(second, second === first ? 'low' : 'high')] });
  }
  return [...paths, { pathId: DEFAULT_PATH, conditions: [] }];
}

function rank(accessor: DeclaredAccessor): number {
  if (isNumber(accessor)) return 0;
  if (accessor.allowedValues !== null) return 1;
  return accessor.dataType === 'boolean' ? 2 : 3;
}

function conditionOn(accessor: DeclaredAccessor, level: 'high' | 'low'): PathCondition {
  const { name } = accessor;
  if (isNumber(accessor)) {
    const min = accessor.minValue ?? 0;
    const max = accessor.maxValue ?? 100;
    const threshold = min + (max - min) * (level === 'high' ? 0.7 : 0.4);
    const operand = accessor.dataType === 'integer' ? Math.round(threshold) : threshold;
    return { accessor: name, operator: 'greaterThanOrEqual', values: [String(operand)] };
  }
  if (accessor.dataType === 'boolean') return { accessor: name, operator: 'is', values: [String(level === 'high')] };
  if (accessor.allowedValues === null) return { accessor: name, operator: 'isNot', values: [''] };
  const half = Math.ceil(accessor.allowedValues.length / 2);
  const values = level === 'high' ? accessor.allowedValues.slice(0, half) : accessor.allowedValues.slice(half);
  return { accessor: name, operator: 'is', values: values.map(String) };
}

function isNumber(accessor: DeclaredAccessor): boolean {
  return accessor.dataType === 'integer' || accessor.dataType === 'float';
}
