import type { DeclaredAccessor } from './service-contract.js';
import { numberText, showWire, typeName, type Wire, type WireObject } from './lossless.js';

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/;

/** Collects one sentence per breach of the contract. */
export type Violations = string[];

/** Complains about every key of an object that is not allowed. */
export function checkKeys(where: string, value: WireObject, allowed: Iterable<string>, found: Violations): void {
  const names = new Set(allowed);
  for (const key of Object.keys(value)) {
    if (!names.has(key)) found.push(`${where} has a key it must not have: ${key}`);
  }
}

/** Complains about declared values of the wrong wire type; undeclared keys are {@link checkKeys}' business. */
export function checkDeclaredTypes(
  where: string,
  value: WireObject,
  declared: ReadonlyMap<string, string>,
  found: Violations,
): void {
  for (const [name, dataType] of declared) {
    if (name in value && !hasWireType(value[name], dataType)) {
      found.push(`${where}.${name} must be of type ${dataType}, but is ${typeName(value[name])}`);
    }
  }
}

/** Complains about accessors that are undeclared, of the wrong type, or outside their constraints. */
export function checkAccessors(
  where: string,
  value: WireObject,
  declared: ReadonlyMap<string, DeclaredAccessor>,
  found: Violations,
): void {
  for (const [name, given] of Object.entries(value)) {
    const accessor = declared.get(name);
    if (accessor === undefined) {
      found.push(`${where}.${name} is an accessor the service definition does not declare`);
    } else if (!hasWireType(given, accessor.dataType)) {
      found.push(`${where}.${name} must be of type ${accessor.dataType}, but is ${typeName(given)}`);
    } else {
      checkConstraints(`${where}.${name}`, given, accessor, found);
    }
  }
}

function checkConstraints(where: string, given: Wire | undefined, accessor: DeclaredAccessor, found: Violations): void {
  const digits = numberText(given);
  if (digits !== null && accessor.minValue !== null && Number(digits) < accessor.minValue) {
    found.push(`${where} is ${digits}, below its minimum ${accessor.minValue}`);
  }
  if (digits !== null && accessor.maxValue !== null && Number(digits) > accessor.maxValue) {
    found.push(`${where} is ${digits}, above its maximum ${accessor.maxValue}`);
  }
  const plain = digits === null ? given : Number(digits);
  if (accessor.allowedValues !== null && !accessor.allowedValues.some((allowed) => allowed === plain)) {
    found.push(`${where} is "${showWire(given)}", which is not among its allowed values`);
  }
}

/** Complains unless the id is the one submitted: a number when it is all digits, otherwise the same text. */
export function checkId(where: string, given: Wire | undefined, submitted: string, found: Violations): void {
  if (given === undefined) {
    found.push(`${where} is missing`);
  } else if (/^-?\d+$/.test(submitted)) {
    const digits = numberText(given);
    if (digits === null) {
      found.push(`${where} must be the number ${submitted}, but is ${typeName(given)}`);
    } else if (!/^-?\d+$/.test(digits) || BigInt(digits) !== BigInt(submitted)) {
      found.push(`${where} must be ${submitted}, digit for digit, but is ${digits}`);
    }
  } else if (given !== submitted) {
    found.push(`${where} must be the text "${submitted}", but is ${typeName(given)} ${showWire(given)}`);
  }
}

/** Whether a value is of a dataType of the wire. */
export function hasWireType(value: Wire | undefined, dataType: string): boolean {
  const digits = numberText(value);
  switch (dataType) {
    case 'string':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return digits !== null && /^-?\d+$/.test(digits);
    case 'float':
      return digits !== null && Number.isFinite(Number(digits));
    case 'date':
      return typeof value === 'string' && DATE.test(value) && isRealDay(value);
    case 'datetime':
      return typeof value === 'string' && DATE_TIME.test(value) && isRealDay(value.slice(0, 10));
    default:
      return false;
  }
}

/** Date.parse would roll 31 February over into March. */
function isRealDay(day: string): boolean {
  const parsed = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(day);
}
