import { v7 as uuidv7 } from 'uuid';
import { destinationOf } from '../../src/delivery/destination.js';
import { leadRequest } from './requests.js';
import type { Records } from './records.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
const CALLBACK_URL = 'https://platform.adobe.io/seeded/callback';

/** Rows to write, as some life of the service would have left them. */
export interface ActionSeeds {
  readonly count: number;
  readonly state: string;
  readonly tenant?: string;
  readonly entityId?: string;
  readonly ageDays?: number;
  readonly crashCount?: number;
  /** SQL intervals from now. */
  readonly deadlineIn?: string;
  readonly leaseFor?: string;
  /** Status of a delivery each of them has; absent: none. */
  readonly delivery?: string;
  readonly expiresIn?: string;
}

/** Writes actions with token, payload, history and, if asked for, a delivery with one attempt each. @returns their ids, in order. */
export async function seedActions(records: Records, seeds: ActionSeeds): Promise<string[]> {
  const at = Date.now() - (seeds.ageDays ?? 0) * DAY_MS - 60_000;
  const newIds = (): string[] =>
    Array.from({ length: seeds.count }, (_, index) => uuidv7({ msecs: at + (index % 1_000) })).sort();
  const ids = newIds();
  const lease = seeds.leaseFor ?? null;
  await records.sql(
    `INSERT INTO actions (id, service, dialect, tenant, object_type, entity_id, state, crash_count, lease_token, lease_until, received_at, deadline_at)
     SELECT id, 'email-validation', 'adobe', $2, 'lead', $3, $4, $5, CASE WHEN $6::text IS NOT NULL THEN gen_random_uuid() END,
            now() + $6::interval, now() - interval '1 hour', now() + $7::interval FROM unnest($1::uuid[]) id`,
    [
      ids,
      seeds.tenant ?? 'SEED@AdobeOrg',
      seeds.entityId ?? '1001',
      seeds.state,
      seeds.crashCount ?? 0,
      lease,
      seeds.deadlineIn ?? '1 hour',
    ],
  );
  const body = JSON.stringify(leadRequest({ callbackUrl: CALLBACK_URL, token: 'removed', leadId: 1001 }));
  await records.sql(
    `WITH payload AS (
       INSERT INTO action_payloads (action_id, token_key, request, secrets, callback_url)
       SELECT id, gen_random_uuid(), $2, 'k1.sealed', $3 FROM unnest($1::uuid[]) id RETURNING token_key, action_id
     ), history AS (
       INSERT INTO action_history (action_id, from_state, to_state, note) SELECT action_id, 'received', 'enriching', 'seeded' FROM payload
     )
     INSERT INTO action_tokens (token_key, action_id) SELECT token_key, action_id FROM payload`,
    [ids, body, CALLBACK_URL],
  );
  if (seeds.delivery !== undefined)
    await seedDeliveries(records, ids, newIds(), { ...seeds, delivery: seeds.delivery });
  return ids;
}

async function seedDeliveries(
  records: Records,
  owners: readonly string[],
  ids: readonly string[],
  seeds: ActionSeeds & { readonly delivery: string },
): Promise<void> {
  const destination = destinationOf('adobe', seeds.tenant ?? 'SEED@AdobeOrg', CALLBACK_URL);
  await records.sql(
    `INSERT INTO destinations (id, channel, scope, origin) VALUES ($1, 'adobe', $2, $3) ON CONFLICT DO NOTHING`,
    [destination.id, destination.scope, destination.origin],
  );
  await records.sql(
    `WITH delivery AS (
       INSERT INTO deliveries (id, channel, owner_id, destination_id, event_id, method, url, content_type, body, status, attempt_number,
              attempt_count, lease_token, lease_until, expires_at)
       SELECT id, 'adobe', owner, $3, id::text, 'POST', $4, 'application/json', '{"objectData":[]}', $5, 1, 1,
              CASE WHEN $5 = 'delivering' THEN gen_random_uuid() END, CASE WHEN $5 = 'delivering' THEN now() - interval '1 second' END,
              now() + $6::interval FROM unnest($1::uuid[], $2::uuid[]) AS t(id, owner) RETURNING id
     )
     INSERT INTO delivery_attempts (delivery_id, number, trigger, started_at, total_ms, excerpt)
     SELECT id, 0, 'auto', now(), 5, 'personal' FROM delivery`,
    [ids, owners, destination.id, CALLBACK_URL, seeds.delivery, seeds.expiresIn ?? '1 hour'],
  );
}
