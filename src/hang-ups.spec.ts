import { expect, it, vi } from 'vitest';
import { HangUps } from './hang-ups.js';

const NONE = { startedIn: false, isThere: () => false };

function hangUps(terminal = NONE) {
  const reload = vi.fn();
  const end = vi.fn();
  return { one: new HangUps(terminal, end), reload, end };
}

it('reads the services again, each time', () => {
  const { one, reload, end } = hangUps();
  one.reloadBy(reload);
  one.answer();
  one.answer();
  expect(reload).toHaveBeenCalledTimes(2);
  expect(end).not.toHaveBeenCalled();
});

it('remembers a signal that comes while the process starts', () => {
  const { one, reload, end } = hangUps();
  one.answer();
  one.answer();
  expect(reload).not.toHaveBeenCalled();
  one.reloadBy(reload);
  expect(reload).toHaveBeenCalledTimes(1);
  expect(end).not.toHaveBeenCalled();
});

it.each([
  ['ends when its terminal has gone', { startedIn: true, isThere: () => false }, 1],
  ['reads again when somebody sends the signal from elsewhere', { startedIn: true, isThere: () => true }, 0],
  ['reads again when it never had a terminal', NONE, 0],
])('%s', (_what, terminal, ends) => {
  const { one, reload, end } = hangUps(terminal);
  one.reloadBy(reload);
  one.answer();
  expect(end).toHaveBeenCalledTimes(ends);
  expect(reload).toHaveBeenCalledTimes(1 - ends);
});
