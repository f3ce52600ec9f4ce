// The past of a busy deployment, set by set: finished actions as the service leaves them behind, with tokens, payloads,
// history, deliveries and attempts. Of a hundred, four needed a second attempt, one failed for good, one expired.
import { leadRequest } from './lead.mjs';

const CHUNK = 50_000;
const SIDE_BY_SIDE = 2;
/** How far back they go: younger than the first retention, so that no sweeper has anything to do with them. */
const DAYS = 20;

/** Fills the tables of a database the service has migrated. @param olderThanDays the age of the youngest one */
export async function insertFinishedActions(world, databaseUrl, count, olderThanDays = 0) {
  const starts = Array.from({ length: Math.ceil(count / CHUNK) }, (_, index) => index * CHUNK);
  const insertChunks = async (client) => {
    await client.query('SET synchronous_commit = off');
    await client.query(`SET work_mem = '256MB'`);
    for (let start = starts.shift(); start !== undefined; start = starts.shift()) {
      world.signal.throwIfAborted();
      await insertChunk(client, { from: start, to: Math.min(start + CHUNK, count), count, olderThanDays });
      if ((start / CHUNK) % 20 === 0) world.say(`  finished actions: ${start} of ${count}`);
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, () => world.withClient(databaseUrl, insertChunks)));
}

async function insertChunk(client, { from, to, count, olderThanDays }) {
  await client.query('BEGIN');
  await client.query(BATCH, [from, to, DAYS / count, olderThanDays, count]);
  const request = leadRequest(0, 0, 'https://callback.adobe.io').replace(/"token":"[^"]*",/, '');
  const body = `{"objectData":[{"activityData":{"success":true},"leadData":{"id":10000000,"emailNormalized":"ada.lovelace@example.com","emailDomain":"example.com","emailStatus":"valid","accessorValues":{"contactTier":"hot"}}}]}`;
  const texts = { payloads: [request], deliveries: [body] };
  for (const [name, text] of Object.entries(INSERTS)) await client.query(text, texts[name] ?? []);
  await client.query('DROP TABLE batch');
  await client.query('COMMIT');
}

/** A version 7 uuid of a time: actions and deliveries lie in the order they came, as the service's own do. */
const uuidv7 = (at, salt) => `(lpad(to_hex((extract(epoch FROM ${at}) * 1000)::bigint), 12, '0') || '7' ||
  substr(md5(n || '${salt}'), 1, 3) || '8' || substr(md5(n || '${salt}'), 4, 15))::uuid`;

const BATCH = `CREATE TEMP TABLE batch AS
  SELECT n, at, kind, ${uuidv7('at', 'a')} AS action_id, ${uuidv7(`at + interval '20 ms'`, 'd')} AS delivery_id,
         md5(n || 't')::uuid AS token_key, md5('destination')::uuid AS destination_id
    FROM (SELECT n, now() - interval '1 hour' - (($5::bigint - n) * $3::float8 + $4::float8) * interval '1 day' AS at,
                 CASE WHEN n % 100 = 0 THEN 'undeliverable' WHEN n % 100 = 1 THEN 'expired'
                      WHEN n % 100 < 6 THEN 'retried' ELSE 'completed' END AS kind
            FROM generate_series($1::bigint, $2::bigint - 1) AS n) numbered`;

const STATE = `CASE WHEN kind IN ('undeliverable', 'expired') THEN kind ELSE 'completed' END`;

const INSERTS = {
  actions: `INSERT INTO actions (id, service, dialect, tenant, object_type, entity_id, state, outcome, received_at, deadline_at, finished_at)
    SELECT action_id, 'bench-lead', 'adobe', '5F1A2B3C4D5E6F7A0A49412C@AdobeOrg', 'lead', (10000000 + n)::text, ${STATE},
           'success', at, at + interval '60 minutes', at + interval '80 ms' FROM batch`,
  tokens: `INSERT INTO action_tokens (token_key, action_id) SELECT token_key, action_id FROM batch`,
  payloads: `INSERT INTO action_payloads (action_id, token_key, request, secrets, callback_url)
    SELECT action_id, token_key, replace($1, '10000000', (10000000 + n)::text), 'bench.' || repeat(md5(n::text), 7),
           'https://callback.adobe.io/c/1000/' || (10000000 + n) FROM batch`,
  history: `INSERT INTO action_history (action_id, at, from_state, to_state, steps)
    SELECT action_id, at + interval '20 ms', 'enriching', 'calling_back', '[{"step":"bench","ms":0,"outcome":"ok"}]'::jsonb FROM batch
    UNION ALL SELECT action_id, at + interval '80 ms', 'calling_back', ${STATE}, NULL FROM batch`,
  deliveries: `INSERT INTO deliveries (id, channel, owner_id, destination_id, event_id, method, url, content_type, body, status,
           attempt_number, attempt_count, next_attempt_at, expires_at, last_status, last_error)
    SELECT delivery_id, 'adobe', action_id, destination_id, delivery_id::text, 'POST',
           'https://callback.adobe.io/c/1000/' || (10000000 + n), 'application/json', replace($1, '10000000', (10000000 + n)::text),
           CASE kind WHEN 'undeliverable' THEN 'dead' WHEN 'expired' THEN 'expired' ELSE 'delivered' END,
           tries, tries, at + interval '80 ms', at + interval '60 minutes',
           CASE kind WHEN 'undeliverable' THEN 404 WHEN 'expired' THEN 503 ELSE 200 END,
           CASE kind WHEN 'undeliverable' THEN 'Adobe does not know the callback (404).' WHEN 'expired' THEN 'answered with 503' END
      FROM (SELECT *, CASE kind WHEN 'expired' THEN 5 WHEN 'retried' THEN 2 ELSE 1 END AS tries FROM batch) tried`,
  attempts: `INSERT INTO delivery_attempts (delivery_id, number, trigger, started_at, total_ms, first_byte_ms, resolved_ip, status,
           error_class, headers, excerpt, next_attempt_at)
    SELECT delivery_id, number, 'auto', at + number * interval '30 ms', 42, 40, '203.0.113.7',
           CASE WHEN failed THEN CASE kind WHEN 'undeliverable' THEN 404 ELSE 503 END ELSE 200 END,
           CASE WHEN failed THEN CASE kind WHEN 'undeliverable' THEN 'client_error' ELSE 'server_error' END END,
           CASE WHEN failed THEN '{"content-type":"application/json","x-request-id":"0123456789"}'::jsonb END,
           CASE WHEN failed THEN convert_to('{"error":"the service is not available at the moment"}', 'UTF8') END,
           CASE WHEN failed AND kind <> 'undeliverable' THEN at + interval '2 s' END
      FROM (SELECT batch.*, number, kind IN ('undeliverable', 'expired') OR (kind = 'retried' AND number = 1) AS failed
              FROM batch CROSS JOIN LATERAL generate_series(1, CASE kind WHEN 'expired' THEN 5 WHEN 'retried' THEN 2 ELSE 1 END) AS number) tries`,
};
