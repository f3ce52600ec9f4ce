import { describe, expect, it } from 'vitest';
import { newId } from '../database/new-id.js';
import { IDS_MAX } from './changes.js';
import { TOPICS } from './topics.js';
import { EventRing } from './event-ring.js';
import { changedEvent, readPayload, toPayload } from './live-event.js';

const FROM = newId();

describe('the word of a process to the others', () => {
  it('comes through as it was, and fits in a NOTIFY when it is as long as can be', () => {
    const change = { topics: [...TOPICS], ids: Array.from({ length: IDS_MAX }, () => newId()) };
    const payload = toPayload({ from: FROM, change });
    expect(Buffer.byteLength(payload)).toBeLessThan(8_000);
    expect(readPayload(payload)).toEqual({ from: FROM, change });
    expect(readPayload(toPayload({ from: FROM, change: null }))).toEqual({ from: FROM, change: null });
  });

  it.each([
    '',
    'null',
    '[]',
    '5',
    '"text"',
    '{',
    '{}',
    '{"from":5}',
    '{"from":"x"}',
    `{"from":"${FROM}","topics":"actions","ids":[]}`,
    `{"from":"${FROM}","topics":["actions"]}`,
    `{"from":"${FROM}","topics":["actions"],"ids":"x"}`,
  ])('is not %s', (payload) => {
    expect(readPayload(payload)).toBeNull();
  });

  it('loses topics and ids that are none', () => {
    const payload = JSON.stringify({ from: FROM, topics: ['actions', 'x', 5, null], ids: ['\nevent: x', 5, FROM] });
    expect(readPayload(payload)).toEqual({ from: FROM, change: { topics: ['actions'], ids: [FROM] } });
  });
});

describe('the ring of events', () => {
  const add = (ring: EventRing): number =>
    ring.add((number) => changedEvent(FROM, number, { topics: ['actions'], ids: [] })).number;

  it('gives what came after a number', () => {
    const ring = new EventRing();
    for (let i = 0; i < 5; i += 1) add(ring);
    expect(ring.after(3)?.map(({ number }) => number)).toEqual([4, 5]);
    expect(ring.after(5)).toEqual([]);
    expect(ring.after(0)).toHaveLength(5);
    expect(ring.after(6)).toBeNull();
  });

  it('holds the last thousand', () => {
    const ring = new EventRing();
    for (let i = 0; i < 1_200; i += 1) add(ring);
    expect(ring.after(199)).toBeNull();
    expect(ring.after(200)).toHaveLength(1_000);
  });

  it('goes on from nothing before a break', () => {
    const ring = new EventRing();
    add(ring);
    const before = add(ring);
    ring.breakOff();
    expect(ring.after(before)).toBeNull();
    expect(ring.after(ring.last)).toEqual([]);
    add(ring);
    expect(ring.after(ring.last - 1)).toHaveLength(1);
  });
});
