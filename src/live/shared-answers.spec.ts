import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SharedAnswers } from './shared-answers.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Answers that are numbered in the order in which they were begun. */
function count(): () => Promise<string> {
  let begun = 0;
  return () => Promise.resolve(`answer ${(begun += 1)}`);
}

describe('shared answers', () => {
  it('are one for all that ask at the same event, also while it is made', async () => {
    const answers = new SharedAnswers();
    const work = vi.fn(async () => 'one');
    const all = await Promise.all(Array.from({ length: 20 }, () => answers.take('a', 5, 5, work)));
    expect(new Set(all)).toEqual(new Set(['one']));
    expect(work).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['the same event', 5, 'answer 1'],
    ['an earlier event', 4, 'answer 1'],
    ['a later event', 6, 'answer 2'],
  ])('after %s: %d gets %s', async (_case, after, expected) => {
    const answers = new SharedAnswers();
    const work = count();
    await answers.take('a', 5, 5, work);
    expect(await answers.take('a', after, 6, work)).toBe(expected);
  });

  it('are of one question', async () => {
    const answers = new SharedAnswers();
    const work = count();
    expect(await answers.take('viewer /a', 1, 1, work)).toBe('answer 1');
    expect(await answers.take('admin /a', 1, 1, work)).toBe('answer 2');
    expect(await answers.take('viewer /a', 1, 1, work)).toBe('answer 1');
  });

  it('are gone after a second', async () => {
    const answers = new SharedAnswers();
    const work = count();
    await answers.take('a', 1, 1, work);
    vi.advanceTimersByTime(999);
    expect(await answers.take('a', 1, 1, work)).toBe('answer 1');
    await vi.advanceTimersByTimeAsync(1);
    expect(await answers.take('a', 1, 1, work)).toBe('answer 2');
    expect(vi.getTimerCount()).toBe(1);
  });

  it('that take longer than a second are still made once', async () => {
    const answers = new SharedAnswers();
    let finish: (text: string) => void = () => undefined;
    const slow = answers.take('a', 1, 1, () => new Promise((resolve) => (finish = resolve)));
    await vi.advanceTimersByTimeAsync(5_000);
    const other = answers.take('a', 1, 2, count());
    finish('slow');
    expect([await slow, await other]).toEqual(['slow', 'slow']);
    await vi.advanceTimersByTimeAsync(0);
    expect(await answers.take('a', 1, 2, count())).toBe('answer 1');
  });

  it('are not kept when they failed', async () => {
    const answers = new SharedAnswers();
    const refused = (): Promise<string> => Promise.reject(new Error('away'));
    await expect(answers.take('a', 1, 1, refused)).rejects.toThrow('away');
    expect(await answers.take('a', 1, 1, count())).toBe('answer 1');
  });

  it('of many questions are made and not kept', async () => {
    const answers = new SharedAnswers();
    const work = count();
    for (let question = 0; question < 500; question += 1) await answers.take(`q${question}`, 1, 1, work);
    expect(vi.getTimerCount()).toBe(100);
    expect(await answers.take('q400', 1, 1, work)).toBe('answer 501');
    expect(await answers.take('q1', 1, 1, work)).toBe('answer 2');
  });
});
