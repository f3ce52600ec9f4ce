import { describe, expect, it } from 'vitest';
import { Coalesced, type Timers } from '../console/src/lib/coalesced.js';
import { changeOf, followingOf, type LiveChange } from '../console/src/lib/live-topics.js';
import { LiveViews } from '../console/src/lib/live-views.js';
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

const GAP = { gapMs: 1_000, longestGapMs: 5_000 };

/** The times of requests, in milliseconds, while so many things change each 50 ms for so long. */
async function timesOf(changedEach50Ms: number, forMs: number, restMs = 5_000): Promise<number[]> {
  const clock = new MovedClock();
  const at: number[] = [];
  const request = new Coalesced(() => Promise.resolve(at.push(clock.now())), GAP, clock);
  for (let passed = 0; passed < forMs; passed += 50) {
    request.request(changedEach50Ms);
    await clock.pass(50);
  }
  await clock.pass(restMs);
  return at;
}

describe('requests that are coalesced', () => {
  it('go out at once, then at most once in a second, and once more after the last change', async () => {
    const clock = new MovedClock();
    const at: number[] = [];
    const request = new Coalesced(() => Promise.resolve(at.push(clock.now())), GAP, clock);
    for (let event = 0; event < 50; event += 1) {
      request.request();
      await clock.pass(50);
    }
    await clock.pass(5_000);
    expect(at).toEqual([0, 1_000, 2_000, 3_000]);
  });

  it('come every second while a person can read the changes', async () => {
    expect(await timesOf(1, 3_000)).toEqual([0, 1_000, 2_000, 3_000]);
  });

  it('come ever less often, down to one in five seconds, while nobody can', async () => {
    expect(await timesOf(2, 22_000)).toEqual([0, 1_000, 3_000, 7_000, 12_000, 17_000, 22_000]);
  });

  it('come at once, and every second, after a rest', async () => {
    const clock = new MovedClock();
    const at: number[] = [];
    const request = new Coalesced(() => Promise.resolve(at.push(clock.now())), GAP, clock);
    for (let second = 0; second < 10; second += 1) {
      request.request(50);
      await clock.pass(1_000);
    }
    await clock.pass(10_000);
    const rested = at.length;
    const begun = clock.now();
    for (let event = 0; event < 20; event += 1) {
      request.request(1);
      await clock.pass(100);
    }
    expect(at.slice(rested).map((time) => time - begun)).toEqual([0, 1_000, 2_000]);
  });

  it('do not overtake each other: a change during a slow answer asks once more after it', async () => {
    const clock = new MovedClock();
    const answers: (() => void)[] = [];
    const request = new Coalesced(() => new Promise<void>((resolve) => answers.push(resolve)), GAP, clock);
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
    const request = new Coalesced(() => Promise.resolve((count += 1)), GAP, clock);
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
    ['{"topics":["actions","keys"],"ids":["x","y"]}', ['actions', 'keys'], 2],
    ['{"topics":[]}', [], 0],
    ['{"topics":["unheard-of"],"ids":"x"}', [], 0],
    ['{"topics":"actions"}', TOPICS, 0],
    ['{}', TOPICS, 0],
    ['null', TOPICS, 0],
    ['no json', TOPICS, 0],
    ['', TOPICS, 0],
  ])('%s is about %j, and %d things', (data, topics, changed) => {
    expect(changeOf(data)).toEqual({ topics, changed });
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

describe('the views of a page', () => {
  const ACTIONS: LiveChange = { topics: ['actions'], changed: 1 };
  const asked: string[] = [];
  function follow(paths: readonly string[]): { clock: MovedClock; views: LiveViews; paths: string[] } {
    asked.length = 0;
    const clock = new MovedClock();
    const shown = [...paths];
    const page = {
      shown: () => shown.map((path) => ({ key: `${path}?`, path })),
      ask: (key: string, after: string | null) => Promise.resolve(asked.push(`${clock.now()} ${key} ${after}`)),
    };
    return { clock, views: new LiveViews(page, clock), paths: shown };
  }

  it('are asked for by the events that are about them, with the newest event', async () => {
    const { clock, views } = follow(['/admin/actions', '/admin/keys', '/admin/audit']);
    views.change(ACTIONS, 'p:1');
    await clock.pass(200);
    views.change({ topics: ['keys'], changed: 0 }, 'p:2');
    views.change(ACTIONS, 'p:3');
    await clock.pass(5_000);
    expect(asked).toEqual(['0 /admin/actions? p:1', '200 /admin/keys? p:3', '1000 /admin/actions? p:3']);
  });

  it('name no event where none tells of the change', async () => {
    const { clock, views } = follow(['/admin/actions']);
    views.change(ACTIONS, 'p:1');
    views.change(ACTIONS, null);
    await clock.pass(100);
    expect(asked).toEqual(['0 /admin/actions? null']);
  });

  it('are left alone once the page shows others', async () => {
    const { clock, views, paths } = follow(['/admin/actions']);
    views.change(ACTIONS, 'p:1');
    await clock.pass(100);
    views.change(ACTIONS, 'p:2');
    paths.splice(0, 1, '/admin/keys');
    views.change(ACTIONS, 'p:3');
    await clock.pass(5_000);
    expect(asked).toEqual(['0 /admin/actions? p:1']);
  });

  it('that are counted later are asked for once more', async () => {
    const { clock, views } = follow(['/admin/statistics']);
    views.change(ACTIONS, 'p:1');
    await clock.pass(60_000);
    expect(asked).toEqual(['0 /admin/statistics? p:1', '10010 /admin/statistics? p:1']);
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
