import { describe, expect, it } from 'vitest';
import { Coalesced, type Timers } from '../console/src/lib/coalesced.js';
import { followingOf, topicsOf } from '../console/src/lib/live-topics.js';
import { TOPICS } from '../src/live/topics.js';
import { holdSteady } from '../console/src/lib/steady-rows.js';

/** A clock that stands still until it is moved. */
class MovedClock implements Timers {
  private at = 0;
  private waiting: { readonly at: number; readonly work: () => void }[] = [];

  readonly now = (): number => this.at;

  readonly after = (ms: number, work: () => void): (() => void) => {
    const entry = { at: this.at + ms, work };
    this.waiting.push(entry);
    return () => {
      this.waiting = this.waiting.filter((one) => one !== entry);
    };
  };

  /** Moves on in small steps, with a turn of the event loop in each. */
  async pass(ms: number): Promise<void> {
    const end = this.at + ms;
    for (; this.at <= end; this.at += 10) {
      const due = this.waiting.filter(({ at }) => at <= this.at);
      this.waiting = this.waiting.filter((one) => !due.includes(one));
      for (const { work } of due) work();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.at = end;
  }
}

describe('requests that are coalesced', () => {
  it('go out at once, then at most once in a second, and once more after the last change', async () => {
    const clock = new MovedClock();
    const at: number[] = [];
    const request = new Coalesced(() => Promise.resolve(at.push(clock.now())), 1_000, clock);
    for (let event = 0; event < 50; event += 1) {
      request.request();
      await clock.pass(50);
    }
    await clock.pass(5_000);
    expect(at).toEqual([0, 1_000, 2_000, 3_000]);
  });

  it('do not overtake each other: a change during a slow answer asks once more after it', async () => {
    const clock = new MovedClock();
    const answers: (() => void)[] = [];
    const request = new Coalesced(() => new Promise<void>((resolve) => answers.push(resolve)), 1_000, clock);
    request.request();
    await clock.pass(3_000);
    request.request();
    request.request();
    await clock.pass(3_000);
    expect(answers).toHaveLength(1);
    answers[0]?.();
    await clock.pass(100);
    expect(answers).toHaveLength(2);
    answers[1]?.();
    await clock.pass(5_000);
    expect(answers).toHaveLength(2);
  });

  it('can be stopped, and go on', async () => {
    const clock = new MovedClock();
    let count = 0;
    const request = new Coalesced(() => Promise.resolve((count += 1)), 1_000, clock);
    request.request();
    await clock.pass(10);
    request.request();
    request.stop();
    await clock.pass(3_000);
    expect(count).toBe(1);
    request.request();
    await clock.pass(3_000);
    expect(count).toBe(2);
  });
});

describe('an event', () => {
  it.each([
    ['{"topics":["actions","keys"],"ids":["x"]}', ['actions', 'keys']],
    ['{"topics":[]}', []],
    ['{"topics":["unheard-of"]}', []],
    ['{"topics":"actions"}', TOPICS],
    ['{}', TOPICS],
    ['null', TOPICS],
    ['no json', TOPICS],
    ['', TOPICS],
  ])('%s is about %j', (data, topics) => {
    expect(topicsOf(data)).toEqual(topics);
  });

  it.each([
    ['/admin/actions', 'actions'],
    ['/admin/actions/01934b2c-7d31-7c52-9a2e-0a5f3c1b8e10', 'deliveries'],
    ['/admin/statistics/destination', 'deliveries'],
    ['/admin/recoveries/1', 'jobs'],
    ['/admin/notices', 'notices'],
  ])('changes the view %s by the topic %s', (path, topic) => {
    expect(followingOf(path)?.topics).toContain(topic);
    expect(followingOf(path)?.gapMs).toBeGreaterThanOrEqual(1_000);
  });

  it.each(['/admin/audit', '/admin/actionsx', '/admin'])('tells nothing of %s', (path) => {
    expect(followingOf(path)).toBeNull();
  });
});

describe('rows under a reader', () => {
  const rows = (keys: string): { key: string; turn: number }[] => Array.from(keys, (key) => ({ key, turn: 1 }));
  const hold = (shown: string, next: string) => {
    const held = holdSteady(
      rows(shown),
      rows(next).map((row) => ({ ...row, turn: 2 })),
      ({ key }) => key,
    );
    return {
      shown: held.rows.map(({ key }) => key).join(''),
      held: held.held,
      turns: held.rows.map(({ turn }) => turn),
    };
  };

  it.each([
    ['nothing new', 'cba', 'cba', 'cba', 0],
    ['one new above', 'cba', 'dcba', 'cba', 1],
    ['new ones push others off the page', 'cba', 'edc', 'cba', 2],
    ['one left from the middle', 'dcba', 'dca', 'dca', 0],
    ['the newest left', 'cba', 'ba', 'ba', 0],
    ['all were pushed off', 'cba', 'fed', 'cba', 3],
    ['the list is empty by now', 'cba', '', '', 0],
    ['the list was empty', '', 'a', '', 1],
  ])('%s: of %s and then %s they show %s', (_case, shown, next, expected, held) => {
    expect(hold(shown, next)).toMatchObject({ shown: expected, held });
  });

  it('are as new as they can be', () => {
    expect(hold('cba', 'edc').turns).toEqual([2, 1, 1]);
  });
});
