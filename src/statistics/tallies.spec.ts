import { describe, expect, it } from 'vitest';
import { boundsOfBucket, bucketOf, Tallies, TIME_BUCKETS } from './tallies.js';

function counted(tallies: Tallies): Record<string, number> {
  return Object.fromEntries(
    tallies.take().map(({ kind, subject, name, count }) => [`${kind}/${subject}/${name}`, count]),
  );
}

describe('tallies', () => {
  it('counts a service beside all services together, and begins anew when they are taken', () => {
    const tallies = new Tallies();
    tallies.accepted('a');
    tallies.accepted('a');
    tallies.accepted('b');
    tallies.calledBack('a', 1);
    expect(counted(tallies)).toEqual({
      'all//accepted': 3,
      'service/a/accepted': 2,
      'service/b/accepted': 1,
      'all//delivered': 1,
      'all//ms:0': 1,
      'service/a/delivered': 1,
      'service/a/ms:0': 1,
    });
    expect(counted(tallies)).toEqual({});
  });

  it.each([
    ['answered 404; every attempt of the schedule was made', 'answered 404'],
    ['connect: refused by 10.0.0.1', 'connect'],
    ['OUTCOME_UNKNOWN: the process stopped', 'OUTCOME_UNKNOWN'],
    ['jane@example.com was not found', 'jane'],
    ['"quoted"', 'other'],
    ['', 'other'],
    ['x'.repeat(100), 'x'.repeat(40)],
  ])('keeps of %j the name %s', (why, name) => {
    const tallies = new Tallies();
    tallies.failed('a', why);
    expect(counted(tallies)).toMatchObject({ [`service/a/error:${name}`]: 1, 'all//failed': 1 });
  });

  it('puts back what could not be written, beside what came since', () => {
    const tallies = new Tallies();
    tallies.attempted('action', 'd', 'timeout', 30);
    const taken = tallies.take();
    tallies.attempted('action', 'd', null, 30);
    tallies.putBack(taken);
    expect(counted(tallies)).toEqual({
      'all/action-attempts/attempts': 2,
      'all/action-attempts/delivered': 1,
      'all/action-attempts/error:timeout': 1,
      'destination/d/attempts': 2,
      'destination/d/delivered': 1,
      'destination/d/error:timeout': 1,
      [`destination/d/ms:${bucketOf(30)}`]: 2,
    });
  });

  it('counts callbacks of events apart from actions: those that fail, arrive, and are tried again', () => {
    const tallies = new Tallies();
    tallies.attempted('event', 'd', 'answered 500', 30);
    tallies.eventFailed('answered 500; every attempt of the schedule was made');
    tallies.eventDelivered(1);
    tallies.eventDelivered(null);
    expect(counted(tallies)).toMatchObject({
      'all/event-attempts/attempts': 1,
      'all/event-attempts/error:answered 500': 1,
      'all/events/delivered': 2,
      'all/events/ms:0': 1,
      'all/events/failed': 1,
      'all/events/error:answered 500': 1,
    });
  });

  it('holds no more than its bound, and goes on with the keys it has', () => {
    const tallies = new Tallies();
    for (let i = 0; i < 20_000; i += 1) tallies.attempted('event', `d${i}`, null, 1);
    tallies.attempted('event', 'd0', null, 1);
    const taken = tallies.take();
    expect(taken).toHaveLength(50_000);
    expect(taken.find(({ subject, name }) => subject === 'd0' && name === 'attempts')?.count).toBe(2);
  });
});

describe('buckets of times', () => {
  it.each([0.5, 1, 1.5, 2, 10, 84, 999, 60_000, 3_600_000])('have %d ms between their bounds', (ms) => {
    const [above, atMost] = boundsOfBucket(bucketOf(ms));
    expect(ms).toBeGreaterThan(above);
    expect(ms).toBeLessThanOrEqual(atMost);
    if (above > 1) expect(atMost / above).toBeCloseTo(Math.SQRT2);
  });

  it('end at the last', () => {
    expect(bucketOf(Number.MAX_SAFE_INTEGER)).toBe(TIME_BUCKETS - 1);
    expect(bucketOf(-5)).toBe(0);
  });
});
