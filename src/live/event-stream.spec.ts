import { describe, expect, it, vi } from 'vitest';
import { changedEvent, resyncEvent } from './live-event.js';
import { EventStream } from './event-stream.js';

const PROCESS = '019ab2c4-5d6e-7f80-9a1b-2c3d4e5f6071';
const ID = '019ab2c4-5d6e-7f80-9a1b-2c3d4e5f6072';

function open(onOverflow = vi.fn()): EventStream {
  return new EventStream({ greeting: 'retry: 1\n\n', resync: (number) => resyncEvent(PROCESS, number), onOverflow });
}

function event(number: number, ids = 1) {
  return changedEvent(PROCESS, number, { topics: ['actions'], ids: Array.from({ length: ids }, () => ID) });
}

function readAll(stream: EventStream): string {
  let text = '';
  for (;;) {
    const chunk = stream.read() as Buffer | null;
    if (chunk === null) break;
    text += chunk.toString('utf8');
  }
  return text;
}

describe('the stream of a client', () => {
  it('begins with its greeting and has events in their order', () => {
    const stream = open();
    stream.send(event(1));
    stream.send(event(2));
    const text = readAll(stream);
    expect(text.startsWith('retry: 1\n\n')).toBe(true);
    expect([...text.matchAll(/^id: .*:(\d+)$/gm)].map(([, number]) => number)).toEqual(['1', '2']);
  });

  it('replaces events by one resync when its client reads too slowly, and goes on after it', () => {
    const overflow = vi.fn();
    const stream = open(overflow);
    for (let number = 1; number <= 1_500; number += 1) stream.send(event(number));
    expect(overflow).toHaveBeenCalledTimes(1);
    const text = readAll(stream);
    expect(text.match(/event: resync/g)).toHaveLength(1);
    expect(text.endsWith(event(1_500).text)).toBe(true);
  });

  it('holds a bounded number of bytes, too', () => {
    const overflow = vi.fn();
    const stream = open(overflow);
    for (let number = 1; number <= 10_000; number += 1) stream.send(event(number, 50));
    expect(overflow.mock.calls.length).toBeGreaterThan(10);
    expect(readAll(stream).length).toBeLessThan(300_000);
  });

  it('is stalled when nothing is taken for a minute, and not when it has nothing to give', () => {
    const stream = open();
    const nowMs = performance.now();
    stream.send(event(1));
    expect(stream.isStalled(nowMs + 59_000)).toBe(false);
    expect(stream.isStalled(nowMs + 120_000)).toBe(true);
    readAll(stream);
    expect(stream.isStalled(nowMs + 120_000)).toBe(false);
  });

  it('beats only when nothing waits', () => {
    const stream = open();
    readAll(stream);
    stream.beat();
    stream.beat();
    expect(readAll(stream)).toBe(':\n\n:\n\n');
  });

  it('takes nothing more once it is over', async () => {
    const stream = open();
    stream.send(event(1));
    stream.finish();
    stream.send(event(2));
    stream.finish();
    stream.resume();
    await new Promise((resolve) => stream.once('close', resolve));
    expect(stream.errored).toBeNull();
  });
});
