import { expect, it, vi } from 'vitest';
import { HangUps } from './hang-ups.js';

const NONE = { startedIn: false, isThere: () => false };

function hangUps(terminal = NONE) {
  const reload = vi.fn();
  const stop = vi.fn();
  const one = new HangUps(terminal);
  one.stopBy(stop);
  return { one, reload, stop };
}

it('reads the services again, each time', () => {
  const { one, reload, stop } = hangUps();
  one.reloadBy(reload);
  one.answer();
  one.answer();
  expect(reload).toHaveBeenCalledTimes(2);
  expect(stop).not.toHaveBeenCalled();
});

it('remembers a signal that comes while the process starts', () => {
  const { one, reload, stop } = hangUps();
  one.answer();
  one.answer();
  expect(reload).not.toHaveBeenCalled();
  one.reloadBy(reload);
  expect(reload).toHaveBeenCalledTimes(1);
  expect(stop).not.toHaveBeenCalled();
});

it.each([
  ['stops when its terminal has gone', { startedIn: true, isThere: () => false }, 1],
  ['reads again when somebody sends the signal from elsewhere', { startedIn: true, isThere: () => true }, 0],
  ['reads again when it never had a terminal', NONE, 0],
])('%s', (_what, terminal, stops) => {
  const { one, reload, stop } = hangUps(terminal);
  one.reloadBy(reload);
  one.answer();
  expect(stop).toHaveBeenCalledTimes(stops);
  expect(reload).toHaveBeenCalledTimes(1 - stops);
});
