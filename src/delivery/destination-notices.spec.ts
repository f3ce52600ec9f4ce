import { describe, expect, it } from 'vitest';
import type { ServiceDefinition } from '../catalog/service-definition.js';
import { receiversInTrouble } from './destination-notices.js';

const service = (...dialects: ServiceDefinition['dialects']): ServiceDefinition =>
  ({ dialects }) as unknown as ServiceDefinition;
const states = (open: Record<string, number>, throttled: Record<string, number> = {}) => ({
  counts: () => ({
    open: new Map(Object.entries(open)),
    throttled: new Map(Object.entries(throttled)),
    disabled: new Map<string, number>(),
  }),
});
const textsOf = (...args: Parameters<typeof receiversInTrouble>): string[] =>
  receiversInTrouble(...args).map(({ level, text }) => `${level}: ${text}`);

describe('what callers of a service are told about receivers of callbacks', () => {
  it('is nothing while all of them answer', () => {
    expect(textsOf(service('marketo'), states({}), 0)).toEqual([]);
    expect(textsOf(service('marketo'), states({ marketo: 0 }, { marketo: 0 }), 0)).toEqual([]);
  });

  it('is that one fails, or asked for fewer requests, of the product that calls the service', () => {
    const trouble = states({ marketo: 1, adobe: 3 }, { marketo: 2 });
    expect(textsOf(service('marketo'), trouble, 0)).toEqual([
      'warning: A receiver of callbacks fails: its callbacks wait, and are tried again by themselves.',
      'warning: Each of 2 receivers of callbacks asked for fewer requests: its callbacks wait.',
    ]);
    expect(textsOf(service('externalActions'), trouble, 0)).toEqual([
      'warning: Each of 3 receivers of callbacks fails: its callbacks wait, and are tried again by themselves.',
    ]);
    expect(textsOf(service('externalActions', 'marketo'), trouble, 0)).toHaveLength(3);
  });
});
