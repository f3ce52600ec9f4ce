import { v7 as uuidv7 } from 'uuid';
import type { RequestProblem } from '../../http/request-error.js';

/** A stored callback, its password sealed. */
export interface StoredCallback {
  readonly id: string;
  readonly name: string | null;
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

/** A callback as a user wants it. `url` and `username` are known to be usable. */
export interface WantedCallback {
  /** Place in the request, for problems. */
  readonly index: number;
  readonly name: string | null;
  readonly url: string;
  readonly username: string;
  /** In clear; null keeps the stored one. */
  readonly password: string | null;
}

/** Where a planned callback takes its password from. */
export type PasswordSource =
  | { readonly kind: 'given'; readonly password: string }
  /** The row keeps what it has. */
  | { readonly kind: 'kept' }
  /** Another row has it; sealed values open only in their own row. */
  | { readonly kind: 'copied'; readonly from: StoredCallback };

/** A row of the new list. */
export interface PlannedCallback {
  readonly id: string;
  readonly name: string | null;
  readonly url: string;
  readonly username: string;
  readonly password: PasswordSource;
}

/** By what a stored callback and an entry are known to be one; null: by nothing. */
type Likeness = (callback: Omit<StoredCallback, 'id' | 'password'>, hasPassword: boolean) => string | null;

/**
 * The surest first. A name carries a callback to another url, with its password sent along: without one, an entry
 * means the callback of the same url and username.
 */
const LIKENESSES: readonly Likeness[] = [
  (callback) => `${targetOf(callback)}\0${callback.name ?? ''}`,
  ({ name }, hasPassword) => (hasPassword && isNamed(name) ? name : null),
  (callback) => targetOf(callback),
];

/**
 * Plans a list that replaces the stored one. An entry keeps the row of its callback, with the waiting deliveries: the
 * one of the same url and username, of the same name, or the only one left over with nothing but a new url. Its
 * password stays unless a new one is given; to a new url it has to be given. Further entries are new rows; one like
 * another has the password of that one.
 */
export function planCallbackList(
  stored: readonly StoredCallback[],
  wanted: readonly WantedCallback[],
): { readonly planned: readonly PlannedCallback[]; readonly problems: readonly RequestProblem[] } {
  const rows = matchRows(stored, wanted);
  const firsts = new Map([...stored].reverse().map((callback) => [targetOf(callback), callback]));
  const planned: PlannedCallback[] = [];
  const problems: RequestProblem[] = [];
  for (const entry of wanted) {
    const row = rows.get(entry);
    const source = sourceOf(entry, row, firsts.get(targetOf(entry)));
    const { index, name, url, username } = entry;
    if (source === null) problems.push(passwordMissing(index));
    else planned.push({ id: row?.id ?? uuidv7(), name, url, username, password: source });
  }
  return { planned, problems };
}

/** Each stored callback is at most one entry, and the other way round; of several alike, the first is the first. */
function matchRows(
  stored: readonly StoredCallback[],
  wanted: readonly WantedCallback[],
): ReadonlyMap<WantedCallback, StoredCallback> {
  const rows = new Map<WantedCallback, StoredCallback>();
  const free = new Set(stored);
  for (const likeness of LIKENESSES) {
    const alike = groupAlike(free, likeness);
    for (const entry of wanted) {
      const key = rows.has(entry) ? null : likeness(entry, entry.password !== null);
      const row = key === null ? undefined : alike.get(key)?.shift();
      if (row === undefined) continue;
      rows.set(entry, row);
      free.delete(row);
    }
  }
  const [left, ...othersLeft] = free;
  const [entry, ...otherEntries] = wanted.filter((one) => !rows.has(one));
  const isOnly = othersLeft.length === 0 && otherEntries.length === 0;
  if (left !== undefined && entry !== undefined && isOnly && mayHaveMoved(left, entry)) rows.set(entry, left);
  return rows;
}

/** Only its url is another. Two different names are two callbacks. */
function mayHaveMoved(stored: StoredCallback, wanted: WantedCallback): boolean {
  if (stored.username !== wanted.username) return false;
  return stored.name === wanted.name || !isNamed(stored.name) || !isNamed(wanted.name);
}

function groupAlike(callbacks: Iterable<StoredCallback>, likeness: Likeness): ReadonlyMap<string, StoredCallback[]> {
  const groups = new Map<string, StoredCallback[]>();
  for (const callback of callbacks) {
    const key = likeness(callback, true);
    if (key === null) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [callback]);
    else group.push(callback);
  }
  return groups;
}

function isNamed(name: string | null): name is string {
  return name !== null && name.trim() !== '';
}

function sourceOf(
  entry: WantedCallback,
  row: StoredCallback | undefined,
  first: StoredCallback | undefined,
): PasswordSource | null {
  if (entry.password !== null) return { kind: 'given', password: entry.password };
  if (row !== undefined && targetOf(row) === targetOf(entry)) return { kind: 'kept' };
  return first === undefined ? null : { kind: 'copied', from: first };
}

/** Compared as the URL that is called: `https://a.example` and `https://a.example/` are one. */
function targetOf({ url, username }: Pick<StoredCallback, 'url' | 'username'>): string {
  return `${new URL(url).href}\0${username}`;
}

function passwordMissing(index: number): RequestProblem {
  return {
    field: `api_callbacks[${index}].password`,
    message: 'Missing required field: password (no registered callback has this url and username)',
  };
}
