import { isLosslessNumber, parse, stringify, type LosslessNumber } from 'lossless-json';

/** A JSON value whose numbers keep the digits they were written with. */
export type Wire = string | boolean | null | LosslessNumber | readonly Wire[] | WireObject;

export interface WireObject {
  readonly [key: string]: Wire | undefined;
}

/**
 * Reads JSON without rounding a number; a key given twice with different values is an error.
 * @throws SyntaxError when the text is not JSON.
 */
export function parseWire(text: string): Wire {
  return parse(text) as Wire;
}

/** Writes JSON; `bigint` and LosslessNumber come out as bare digits. */
export function stringifyWire(value: unknown): string {
  return stringify(value) ?? 'null';
}

export function isWireObject(value: Wire | undefined): value is WireObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
}

export function isWireList(value: Wire | undefined): value is readonly Wire[] {
  return Array.isArray(value);
}

/** The digits of a number as written, null for anything else. */
export function numberText(value: Wire | undefined): string | null {
  return isLosslessNumber(value) ? value.value : null;
}

/** What a reader calls the value's type, for sentences about it. */
export function typeName(value: Wire | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (isWireList(value)) return 'a list';
  if (isLosslessNumber(value)) return /^-?\d+$/.test(value.value) ? 'an integer' : 'a decimal number';
  return isWireObject(value) ? 'an object' : `a ${typeof value}`;
}

/** An id as text, whether the wire had a string or a number; null when it is neither. */
export function idText(value: Wire | undefined): string | null {
  return typeof value === 'string' ? value : numberText(value);
}

/** A value for people to read, on one line. */
export function showWire(value: Wire | undefined): string {
  return typeof value === 'string' ? value : stringifyWire(value);
}

/** A copy of an object that lacks some keys. */
export function withoutKeys(value: WireObject, ...keys: readonly string[]): WireObject {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
}
