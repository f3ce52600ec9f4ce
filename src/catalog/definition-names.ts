import type { Section, Spelling } from './definition-section.js';

/** A name that travels as a JSON key. */
export const NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,99}$/;
/** Names that mean something else on every JavaScript object. */
const OBJECT_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** A name that travels as a JSON key: reported when it is missing, malformed or reserved. */
export function readName(section: Section, spelling: Spelling, reserved: ReadonlySet<string>): string {
  const name = section.text(spelling);
  const path = section.pathOf(spelling);
  if (name === '') {
    return name;
  }
  if (!NAME.test(name)) {
    section.problems.add(path, 'has characters a name cannot have', 'start with a letter; use letters, digits, _ . -');
  } else if (reserved.has(name) || OBJECT_KEYS.has(name)) {
    section.problems.add(path, `"${name}" is reserved`, 'choose another name');
  }
  return name;
}

/** Reports every name that an earlier item of the same list has; names are in the order of the items. */
export function refuseRepeated(
  items: readonly Section[],
  spelling: Spelling,
  names: readonly string[],
  remedy = 'remove one of the two',
): void {
  const seen = new Map<string, Section>();
  items.forEach((item, index) => {
    const name = names[index] ?? '';
    const first = seen.get(name);
    if (first !== undefined && name !== '') {
      item.problems.add(item.pathOf(spelling), `"${name}" is already used by ${first.path}`, remedy);
    }
    seen.set(name, first ?? item);
  });
}
