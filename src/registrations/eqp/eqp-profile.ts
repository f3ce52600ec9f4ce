import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../database/database.js';
import { DestinationMoves } from '../../delivery/destination-moves.js';
import type { EnableReceipt } from '../../delivery/destination-switch.js';
import type { JsonObject } from '../../http/json-body.js';
import { toJsonText } from '../../http/json-text.js';
import { refuseProblems } from '../../http/read-dto.js';
import { RequestError, type RequestProblem } from '../../http/request-error.js';
import { PAUSE_REASON } from '../destination-pauses.repository.js';
import { CallbackPasswords } from './callback-passwords.js';
import { type PlannedCallback, planCallbackList } from './eqp-callback-list.js';
import { type CallbackRow, type CallbackWrite, EqpCallbacksRepository } from './eqp-callbacks.repository.js';
import { addressOf } from './eqp.channel.js';
import type { Profile, ProfileSummary, ShownCallback } from './eqp-profile.dto.js';
import { byEntry, EqpProfileReader } from './eqp-profile.reader.js';
import { EQP_CHANNEL } from './eqp.policy.js';
import type { EqpSessionUser } from './eqp-sessions.repository.js';
import { EqpUsersRepository, type ProfileJson } from './eqp-users.repository.js';
import { mergeJson } from './storable-json.js';

const PROFILE_MAX_BYTES = 64 * 1024;

/** Shows a user's profile and changes it, callbacks included. */
@Injectable()
export class EqpProfile {
  constructor(
    private readonly database: Database,
    private readonly users: EqpUsersRepository,
    private readonly callbacks: EqpCallbacksRepository,
    private readonly reader: EqpProfileReader,
    private readonly passwords: CallbackPasswords,
    private readonly destinations: DestinationMoves,
  ) {}

  async summary(user: EqpSessionUser): Promise<ProfileSummary> {
    return toSummary(user.mageId, await this.users.getProfile(user.id));
  }

  async get(user: EqpSessionUser): Promise<Profile> {
    const [profile, callbacks] = await Promise.all([this.users.getProfile(user.id), this.callbacks.list(user.id)]);
    return toProfile(user.mageId, profile, callbacks);
  }

  /**
   * All of the request or nothing.
   * @throws RequestError 400 naming everything that is wrong, stored rows considered.
   */
  async update(user: EqpSessionUser, body: JsonObject): Promise<Profile> {
    const change = await this.reader.read(body, user.mageId);
    const moved: EnableReceipt[] = [];
    const shown = await this.database.transaction(async (tx) => {
      // Publishing to this user shares this lock: an event sees the old list or the new one, whole.
      const profile = mergeJson(await this.users.lockProfile(tx, user.id), change.fields);
      const stored = await this.callbacks.list(user.id, tx);
      const { planned, problems } = planCallbackList(stored, change.callbacks ?? []);
      refuseProblems(400, [...change.problems, ...checkSize(profile), ...problems].sort(byEntry));
      await this.users.updateProfile(tx, user.id, profile);
      if (change.callbacks === null) return toProfile(user.mageId, profile, stored);
      moved.push(await this.move(tx, stored, planned));
      const rows = planned.map((callback) => this.toRow(callback));
      await this.callbacks.replace(tx, user.id, rows);
      return toProfile(user.mageId, profile, rows);
    });
    for (const receipt of moved) receipt.committed();
    return shown;
  }

  /**
   * Waiting deliveries follow a callback to its new url, or end when it is removed. A callback that is registered
   * again after its receiver had said that it is gone is back. Destinations before callbacks: settling locks them in that
   * order too.
   */
  private async move(
    tx: Tx,
    stored: readonly CallbackRow[],
    planned: readonly PlannedCallback[],
  ): Promise<EnableReceipt> {
    const before = new Map(stored.map((row) => [row.id, row]));
    const moved = planned.filter(({ id, url }) => {
      const row = before.get(id);
      return row !== undefined && (row.url !== url || row.disabledReason !== null);
    });
    const wanted = new Set(planned.map(({ id }) => id));
    const removed = stored.filter(({ id }) => !wanted.has(id)).map(({ id }) => id);
    const changes = { channel: EQP_CHANNEL, addresses: moved.map(addressOf), removed, keepReason: PAUSE_REASON };
    const receipt = await this.destinations.apply(tx, changes);
    const ids = moved.map(({ id }) => id);
    if (ids.length > 0) await this.callbacks.enable(tx, ids);
    return receipt;
  }

  private toRow({ id, name, url, username, password }: PlannedCallback): CallbackWrite {
    const destinationId = addressOf({ id, url }).destination.id;
    return { id, name, url, username, password: this.sealedOf(id, password), destinationId };
  }

  private sealedOf(id: string, source: PlannedCallback['password']): string | null {
    switch (source.kind) {
      case 'given':
        return this.passwords.seal(id, source.password);
      case 'kept':
        return null;
      case 'copied': {
        const password = this.passwords.open(source.from.id, source.from.password);
        if (password !== null) return this.passwords.seal(id, password);
        throw new RequestError(400, 'INVALID_REQUEST', 'A stored password cannot be read any more: send all of them.');
      }
      default:
        return source satisfies never;
    }
  }
}

function checkSize(profile: ProfileJson): RequestProblem[] {
  if (Buffer.byteLength(toJsonText(profile)) <= PROFILE_MAX_BYTES) return [];
  return [{ field: 'body', message: `The profile must not exceed ${PROFILE_MAX_BYTES / 1024} KiB.` }];
}

function toSummary(mageId: string, profile: ProfileJson): ProfileSummary {
  const text = (name: string): string | null => (typeof profile[name] === 'string' ? profile[name] : null);
  return {
    mage_id: mageId,
    adobe_user_id: text('adobe_user_id'),
    first_name: text('first_name'),
    last_name: text('last_name'),
    email: text('email'),
    screen_name: text('screen_name'),
    has_completed_profile: profile['has_completed_profile'] === true,
    has_accepted_tos: profile['has_accepted_tos'] === true,
  };
}

function toProfile(mageId: string, profile: ProfileJson, callbacks: readonly Shown[]): Profile {
  return Object.assign({ ...profile }, toSummary(mageId, profile), { api_callbacks: callbacks.map(toShown) });
}

type Shown = Pick<CallbackWrite, 'name' | 'url' | 'username'>;

/** Member by member: what is not named here is never shown. */
function toShown({ name, url, username }: Shown): ShownCallback {
  return { ...(name !== null && { name }), url, username };
}
