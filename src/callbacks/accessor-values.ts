import type { Fields } from '../actions/action-input.js';
import type { AccessorValues } from '../actions/action-result.js';
import type { AccessorDefinition } from '../catalog/service-definition.js';
import { ownValue, type WireObject } from './declared-values.js';
import { outboundValue, type WireValue } from '../catalog/outbound-value.js';

/** An accessor the definition declares, its constraints in the declared type. */
export interface DeclaredAccessor {
  readonly name: string;
  readonly type: AccessorDefinition['dataType'];
  readonly minValue: number;
  readonly maxValue: number;
  /** Null: any value. */
  readonly allowed: ReadonlySet<WireValue> | null;
  /** Null: none. */
  readonly standIn: WireValue | null;
}

/** Reads the declared accessors once per definition, so that no callback has to. */
export function declaredAccessors(definitions: readonly AccessorDefinition[]): DeclaredAccessor[] {
  return definitions
    .filter((definition) => definition.accessorName !== '__proto__')
    .map((definition) => ({
      name: definition.accessorName,
      type: definition.dataType,
      minValue: definition.minValue ?? Number.NEGATIVE_INFINITY,
      maxValue: definition.maxValue ?? Number.POSITIVE_INFINITY,
      allowed: allowedValues(definition),
      standIn:
        definition.default === undefined ? null : (outboundValue(definition.dataType, definition.default) ?? null),
    }));
}

/**
 * The accessor values of one lead, account or person: an accessor's own value, else the field of its name, if it has the
 * declared type and lies inside the constraints; the accessor's default otherwise.
 * @returns undefined when there is none to send; names of refused values go into `dropped`.
 */
export function accessorValues(
  declared: readonly DeclaredAccessor[],
  accessors: AccessorValues,
  fields: Fields,
  at: string,
  dropped: Set<string>,
): WireObject | undefined {
  let values: WireObject | undefined;
  for (const accessor of declared) {
    const value = ownValue(accessors, accessor.name) ?? ownValue(fields, accessor.name);
    const coerced = value === null ? undefined : outboundValue(accessor.type, value);
    const fits = coerced !== undefined && satisfies(accessor, coerced);
    if (value !== null && !fits) dropped.add(`${at}.accessorValues.${accessor.name}`);
    const sent = fits ? coerced : accessor.standIn;
    if (sent === null) continue;
    values ??= {};
    values[accessor.name] = sent;
  }
  return values;
}

function satisfies(accessor: DeclaredAccessor, value: WireValue): boolean {
  if (accessor.allowed !== null && !accessor.allowed.has(value)) return false;
  if (typeof value !== 'number' && typeof value !== 'bigint') return true;
  return value >= accessor.minValue && value <= accessor.maxValue;
}

/** An empty list is no constraint: an accessor that can never have a value makes no sense. */
function allowedValues(definition: AccessorDefinition): ReadonlySet<WireValue> | null {
  if (definition.allowedValues === null || definition.allowedValues.length === 0) return null;
  const typed = definition.allowedValues.map((value) => outboundValue(definition.dataType, value));
  return new Set(typed.filter((value) => value !== undefined));
}
