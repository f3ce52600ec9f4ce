import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { call } from '../console/src/api/client.js';

const EVENT = '019ab2c4-5d6e-7f80-9a1b-2c3d4e5f6071:7';
/** What each request said of itself; null: nothing. */
let marks: (string | null)[] = [];

beforeEach(() => {
  marks = [];
  vi.useFakeTimers({ toFake: ['performance'] });
  vi.stubGlobal('fetch', (_url: string, { headers }: { headers: Record<string, string> }) => {
    marks.push(headers['x-console-poll'] ?? null);
    return Promise.resolve(new Response('{}'));
  });
});
afterEach(() => {
  vi.advanceTimersByTime(60_000);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const poll = (): Promise<unknown> => call('GET', '/admin/actions', { isPoll: true, after: EVENT });

describe('a request of the console', () => {
  it('names the event that it follows, and nothing when a person makes it', async () => {
    await poll();
    await call('GET', '/admin/actions', { isPoll: true });
    await call('GET', '/admin/actions', { isPoll: true, after: null });
    await call('GET', '/admin/actions', { after: EVENT });
    expect(marks).toEqual([EVENT, '1', '1', null]);
  });

  it('names none for ten seconds after a change of its own: the answer is made anew', async () => {
    await call('POST', '/admin/destinations/1/pause');
    await poll();
    vi.advanceTimersByTime(9_999);
    await poll();
    vi.advanceTimersByTime(1);
    await poll();
    expect(marks).toEqual([null, '1', '1', EVENT]);
  });
});
