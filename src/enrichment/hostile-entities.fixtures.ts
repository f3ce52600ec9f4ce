import * as fc from 'fast-check';
import type { ActionEntity, Fields } from '../actions/action-input.js';
import type { JsonValue } from '../http/json-value.js';

/** Entities like the given one with every field replaced by what no form would let through; ids stay. */
export function hostileEntity(entity: ActionEntity): fc.Arbitrary<ActionEntity> {
  switch (entity.kind) {
    case 'lead':
    case 'account':
      return hostileFields(entity.fields).map((fields) => ({ ...entity, fields }));
    case 'accountPerson':
      return fc
        .tuple(hostileFields(entity.fields), ...entity.people.map((person) => hostileFields(person.fields)))
        .map(([fields, ...people]) => ({
          ...entity,
          fields,
          people: entity.people.map((person, at) => ({ ...person, fields: people[at] ?? {} })),
        }));
  }
}

function hostileFields(fields: Fields): fc.Arbitrary<Fields> {
  const names = [...Object.keys(fields), '__proto__', 'constructor'];
  return fc.array(hostileValue(), { minLength: names.length, maxLength: names.length }).map((values) => {
    // Defined, not assigned: JSON.parse makes an own `__proto__`, an assignment would not.
    const hostile: Fields = {};
    names.forEach((name, at) => Object.defineProperty(hostile, name, { value: values[at], enumerable: true }));
    return hostile;
  });
}

function hostileValue(): fc.Arbitrary<JsonValue> {
  return fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc.constantFrom<JsonValue>(
      null,
      true,
      false,
      '',
      ' ',
      '\u0000',
      '\uD800',
      '\u202E',
      '@',
      '.',
      ',',
      '+',
      '(',
      'a@b',
      '://',
      'xn--',
      '-0',
    ),
    fc.constantFrom<JsonValue>(0, -1, 2 ** 53, 1e308, 12345678901234567890n, -(10n ** 400n)),
    fc
      .constantFrom('a', ' ', '@', '.', '0', '+', 'é', '李', '\u0301', 'a.', ' a', '-a', "'a", 'a@', '(0)')
      .map((unit) => unit.repeat(10_000)),
    fc.constantFrom('a', ' ', '.', '0', 'a.', ' a', '-', '(0)', ' / 0').map((unit) => unit.repeat(90)),
    fc.constantFrom<JsonValue>([], {}, [null, [1n]], { toString: 'x', valueOf: 1 }, [['deep', { deeper: [] }]]),
    fc.emailAddress(),
    fc.webUrl(),
  );
}
