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

/**
 * Plans a list that replaces the stored one. An entry with the url and username of a stored callback is that callback:
 * it keeps its id, and with it its destination, and its password unless a new one is given. Of several alike, the
 * first wanted is the first stored; further ones are new rows with the first one's password.
 */
export function planCallbackList(
  stored: readonly StoredCallback[],
  wanted: readonly WantedCallback[],
): { readonly planned: readonly PlannedCallback[]; readonly problems: readonly RequestProblem[] } {
  const alike = groupAlike(stored);
  const planned: PlannedCallback[] = [];
  const problems: RequestProblem[] = [];
  for (const { index, name, url, username, password } of wanted) {
    const group = alike.get(keyOf({ url, username }));
    const row = group?.free.shift();
    const source = sourceOf(password, row, group?.first);
    if (source === null) problems.push(passwordMissing(index));
    else planned.push({ id: row?.id ?? uuidv7(), name, url, username, password: source });
  }
  return { planned, problems };
}

interface Alike {
  readonly first: StoredCallback;
  /** Not yet wanted by anybody. */
  readonly free: StoredCallback[];
}

function groupAlike(stored: readonly StoredCallback[]): ReadonlyMap<string, Alike> {
  const groups = new Map<string, Alike>();
  for (const callback of stored) {
    const group = groups.get(keyOf(callback));
    if (group === undefined) groups.set(keyOf(callback), { first: callback, free: [callback] });
    else group.free.push(callback);
  }
  return groups;
}

function sourceOf(
  password: string | null,
  row: StoredCallback | undefined,
  first: StoredCallback | undefined,
): PasswordSource | null {
  if (password !== null) return { kind: 'given', password };
  if (row !== undefined) return { kind: 'kept' };
  return first === undefined ? null : { kind: 'copied', from: first };
}

/** Compared as the URL that is called: `https://a.example` and `https://a.example/` are one. */
function keyOf({ url, username }: Pick<StoredCallback, 'url' | 'username'>): string {
  return `${new URL(url).href}\0${username}`;
}

function passwordMissing(index: number): RequestProblem {
  return {
    field: `api_callbacks[${index}].password`,
    message: 'Missing required field: password (no registered callback has this url and username)',
  };
}
