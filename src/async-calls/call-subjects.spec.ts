import { describe, expect, it } from 'vitest';
import type { ServiceDefinition } from '../catalog/service-definition.js';
import { toSubject } from './call-subjects.js';

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
