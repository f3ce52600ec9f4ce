import { useEffect } from 'react';

/** The keys of every page, for the list that `?` opens. */
export const KEYS = [
  ['j', 'the next row of a list'],
  ['k', 'the row before'],
  ['Enter', 'opens the row'],
  ['/', 'goes to the first filter'],
  ['?', 'opens this list'],
  ['Esc', 'closes what is open'],
] as const;

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null;
}

/** Calls `act` when the key is pressed by itself, outside texts and dialogs. */
export function useKey(keys: readonly string[], act: (event: KeyboardEvent) => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (!keys.includes(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target) || document.querySelector('[role=dialog]') !== null) return;
      act(event);
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  });
}

/** The rows of all lists of the page, from top to bottom: one listener, because two lists would both move. */
export function moveRow(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('main tr[data-row]')];
  const here = document.activeElement?.closest<HTMLElement>('tr[data-row]') ?? null;
  const at = here === null ? -1 : rows.indexOf(here);
  rows[step === 1 ? at + 1 : Math.max(at - 1, 0)]?.focus();
}

/** The rows that were left for another page, by the place in the history: Back gives them the focus again. */
const left = new Map<string, string>();

export function rememberRow(place: string, list: string, row: string): void {
  left.set(`${place} ${list}`, row);
}

export function recallRow(place: string, list: string): string | null {
  return left.get(`${place} ${list}`) ?? null;
}
