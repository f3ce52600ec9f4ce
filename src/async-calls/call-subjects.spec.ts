import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ServiceDefinition, WireType } from '../catalog/service-definition.js';
import { coerce } from '../intake/coerce.js';
import { toSubject } from './call-subjects.js';
import { typedText } from './typed-text.js';

const DEFINITION = {
  entityType: 'lead',
  invocation: {
    fields: [
      { serviceAttribute: 'email', dataType: 'email', description: null, required: true },
      { serviceAttribute: 'age', dataType: 'integer', description: null, required: false },
    ],
  },
  asyncCalls: {
    objectType: 'Subscriber',
    fields: new Map([
      ['EmailAddress', 'email'],
      ['Email', 'email'],
      ['Age', 'age'],
    ]),
    maxObjects: 10,
  },
} as unknown as ServiceDefinition;

const subjectOf = (properties: Record<string, string>): ReturnType<typeof toSubject> =>
  toSubject({ ordinal: 3, properties }, DEFINITION);

describe('an object of a call', () => {
  it('becomes a subject with the fields it is mapped to, in their types', () => {
    const properties = { SubscriberKey: 'k-1', EmailAddress: 'ada@example.com', Age: ' 41 ', Colour: 'red' };
    expect(subjectOf(properties)).toEqual({
      entity: { kind: 'lead', id: 'k-1', fields: { email: 'ada@example.com', age: 41 } },
      given: properties,
      refusal: null,
    });
  });

  it('takes the first filled property of several for one field', () => {
    expect(subjectOf({ EmailAddress: ' ', Email: 'ada@example.com' }).entity).toMatchObject({
      id: '3',
      fields: { email: 'ada@example.com' },
    });
    const both = { Email: 'second@example.com', EmailAddress: 'first@example.com' };
    expect(subjectOf(both).entity.fields).toEqual({ email: 'first@example.com' });
  });

  it.each([
    [{}, 'Missing required field: email'],
    [{ EmailAddress: '' }, 'Missing required field: email'],
    [{ EmailAddress: 'ada@example.com', Age: 'a secret' }, 'age must be of type integer'],
  ])('is refused, without a value in the reason: %j', (properties, reason) => {
    expect(subjectOf(properties as Record<string, string>).refusal).toEqual({ errorCode: 'INVALID_DATA', reason });
  });

  it('is not fooled by names that every object inherits', () => {
    const properties = JSON.parse('{"__proto__":"x","constructor":"y","EmailAddress":"ada@example.com"}') as Record<
      string,
      string
    >;
    expect(subjectOf(properties)).toMatchObject({ refusal: null, given: properties });
  });
});

describe('text as a type', () => {
  it('is read the way values of other requests are', () => {
    const types: WireType[] = ['string', 'integer', 'float', 'boolean', 'date', 'datetime'];
    const texts = fc.oneof(
      fc.string(),
      fc.constantFrom('1', '0', 'TRUE', 'false', '-12', '+7', '1e3', '.5', '12345678901234567890', '2026-11-21', 'NaN'),
      fc.double().map(String),
    );
    fc.assert(
      fc.property(texts, fc.constantFrom(...types), (text, type) => {
        const trimmed = text.trim();
        expect(typedText(trimmed, type)).toEqual(coerce(trimmed, type));
      }),
      { numRuns: 500 },
    );
  });
});
