import { numberText, showWire, type Wire } from './lossless.js';

/** One condition of a split path; operands are always text. */
export interface PathCondition {
  readonly accessor: string;
  readonly operator: string;
  readonly values: readonly string[];
}

export interface JourneyPath {
  readonly pathId: string;
  /** All must hold; empty: the default path. */
  readonly conditions: readonly PathCondition[];
}

/** Operators of the External Actions documentation. */
export const PATH_OPERATORS = Object.freeze([
  'is',
  'isNot',
  'greaterThan',
  'greaterThanOrEqual',
  'lessThan',
  'lessThanOrEqual',
  'contains',
  'notContains',
] as const);

export type AccessorValues = Readonly<Record<string, Wire | undefined>>;

/** The path a subject takes: top-down, the first that matches; null when none does and there is no default path. */
export function takePath(paths: readonly JourneyPath[], accessors: AccessorValues): string | null {
  const taken = paths.find((path) => path.conditions.every((condition) => holds(condition, accessors)));
  return taken?.pathId ?? null;
}

/**
 * Whether one condition holds. Several operands: any of them for the positive operators, none of them for `isNot` and
 * `notContains`. An omitted accessor is null: it is nothing, contains nothing and compares with nothing.
 * @throws on an operator the documentation does not know.
 */
export function holds(condition: PathCondition, accessors: AccessorValues): boolean {
  const value = accessors[condition.accessor] ?? null;
  const any = (test: (operand: string) => boolean): boolean => value !== null && condition.values.some(test);
  switch (condition.operator) {
    case 'is':
      return any((operand) => compare(value, operand) === 0);
    case 'isNot':
      return !any((operand) => compare(value, operand) === 0);
    case 'greaterThan':
      return any((operand) => (compare(value, operand) ?? 0) > 0);
    case 'greaterThanOrEqual':
      return any((operand) => (compare(value, operand) ?? -1) >= 0);
    case 'lessThan':
      return any((operand) => (compare(value, operand) ?? 0) < 0);
    case 'lessThanOrEqual':
      return any((operand) => (compare(value, operand) ?? 1) <= 0);
    case 'contains':
      return any((operand) => plainText(value).includes(operand));
    case 'notContains':
      return !any((operand) => plainText(value).includes(operand));
    default:
      throw new Error(`unknown path operator ${condition.operator}`);
  }
}

/** Order of a typed value and a text operand; null when they cannot be compared. */
function compare(value: Wire, operand: string): number | null {
  if (typeof value === 'boolean') {
    const other = operand.trim().toLowerCase();
    if (other !== 'true' && other !== 'false') return null;
    return Number(value) - Number(other === 'true');
  }
  const digits = numberText(value);
  if (digits !== null) return order(numeric(digits), numeric(operand));
  return typeof value === 'string' ? order(value, operand) : null;
}

function order<T extends string | number | bigint>(left: T | null, right: T | null): number | null {
  if (left === null || right === null) return null;
  if (left === right) return 0;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Integers stay exact, whatever their size; JavaScript compares bigint and number correctly with each other. */
function numeric(text: string): number | bigint | null {
  const trimmed = text.trim();
  if (/^[+-]?\d+$/.test(trimmed)) return BigInt(trimmed.replace('+', ''));
  const parsed = Number(trimmed);
  return trimmed === '' || !Number.isFinite(parsed) ? null : parsed;
}

function plainText(value: Wire): string {
  return showWire(value);
}
