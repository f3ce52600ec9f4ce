import { Injectable } from '@nestjs/common';
import type { JsonObject } from '../../http/json-body.js';
import { readDto } from '../../http/read-dto.js';
import type { RequestProblem } from '../../http/request-error.js';
import { AddressPolicy } from '../../security/address-policy.js';
import type { WantedCallback } from './eqp-callback-list.js';
import { type CallbackEntry, ProfileUpdate } from './eqp-profile.dto.js';
import { EQP_URL_RULES } from './eqp.policy.js';

/** Most callbacks one user may have. */
export const CALLBACKS_MAX = 1_000;

/** The changes of a request, and its problems. */
export interface ProfileChange {
  /** Fields of the profile, without `mage_id`, `action` and `api_callbacks`. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** The new list without the entries that are wrong; null leaves the stored one. */
  readonly callbacks: readonly WantedCallback[] | null;
  readonly problems: readonly RequestProblem[];
}

/** Reads an update of a profile: shapes, and addresses under the policy that deliveries are under too. */
@Injectable()
export class EqpProfileReader {
  constructor(private readonly addresses: AddressPolicy) {}

  async read(body: JsonObject, mageId: string): Promise<ProfileChange> {
    const tooMany = countProblem(body['api_callbacks']);
    // A list that is far too long is not looked at: it could be millions of wrong entries.
    const { api_callbacks: list, ...rest } = body;
    const { value, problems } = await readDto(ProfileUpdate, tooMany === null ? body : rest);
    const { mage_id: givenId, api_callbacks: entries, ...more } = value;
    // `action` says whether the marketplace publishes the profile; nothing here does.
    const fields = omit(more, 'action');
    const found = [...problems, ...(tooMany === null ? [] : [tooMany])];
    if (typeof givenId === 'string' && givenId !== mageId) {
      found.push({ field: 'mage_id', message: 'cannot be changed' });
    }
    if (!Array.isArray(list) || entries === undefined) return { fields, callbacks: null, problems: found };
    const addressProblems = entries.flatMap((entry, index) => this.checkAddress(entry, index));
    const callbacks = entries
      .map((entry, index) => ({ entry, index }))
      .filter(({ index }) => !concerns([...found, ...addressProblems], index))
      .map(({ entry, index }) => toWanted(entry, index));
    return { fields, callbacks, problems: [...found, ...addressProblems].sort(byEntry) };
  }

  private checkAddress(entry: CallbackEntry, index: number): RequestProblem[] {
    // A value that is no string has been found already.
    const url: unknown = (entry as Partial<CallbackEntry> | null)?.url;
    const problem = typeof url === 'string' ? this.addresses.checkUrl(url, EQP_URL_RULES) : null;
    return problem === null ? [] : [{ field: `api_callbacks[${index}].url`, message: problem }];
  }
}

function omit(fields: object, name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));
}

function countProblem(list: unknown): RequestProblem | null {
  if (!Array.isArray(list) || list.length <= CALLBACKS_MAX) return null;
  const message = `must have at most ${CALLBACKS_MAX} entries`;
  return { field: 'api_callbacks', message, received: String(list.length) };
}

function concerns(problems: readonly RequestProblem[], index: number): boolean {
  const prefix = `api_callbacks[${index}]`;
  return problems.some(({ field }) => field === prefix || field.startsWith(`${prefix}.`));
}

function toWanted(entry: CallbackEntry, index: number): WantedCallback {
  const { name, url, username, password } = entry;
  return { index, name: name ?? null, url, username, password: password ?? null };
}

/** Problems of one entry stand together, entries in their order, everything else before. */
export function byEntry(a: RequestProblem, b: RequestProblem): number {
  return entryOf(a) - entryOf(b);
}

function entryOf({ field }: RequestProblem): number {
  const index = /^api_callbacks\[(\d+)\]/.exec(field)?.[1];
  return index === undefined ? -1 : Number(index);
}
