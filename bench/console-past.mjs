// The past of a busy deployment as its console meets it: two callbacks of each action, many destinations, and the counts
// behind the charts.
import { insertFinishedActions } from './finished-actions.mjs';

const CHUNK = 50_000;
const DESTINATIONS = 50;
const SERVICE = 'bench-lead';

/** Fills the tables of a database the service has migrated: `count` actions, and twice as many deliveries. */
export async function insertConsolePast(world, databaseUrl, count) {
  await insertFinishedActions(world, databaseUrl, count);
  await world.withClient(databaseUrl, async (client) => {
    await client.query('SET synchronous_commit = off');
    await client.query(DESTINATION_ROWS, [DESTINATIONS]);
    await insertSecondDeliveries(world, client, count);
    await client.query(COUNT_ROWS, [SERVICE]);
  });
}

async function insertSecondDeliveries(world, client, count) {
  let after = '00000000-0000-0000-0000-000000000000';
  for (let made = 0; made < count; made += CHUNK) {
    world.signal.throwIfAborted();
    const { rows } = await client.query(SECOND_DELIVERIES, [after, CHUNK, DESTINATIONS]);
    if (rows[0] === undefined) return;
    after = rows[0].id;
    if ((made / CHUNK) % 10 === 0) world.say(`  second deliveries: ${made} of ${count}`);
  }
}

/** The id that the finished actions' own deliveries have, and more of them. */
const DESTINATION_ROWS = `INSERT INTO destinations (id, channel, scope, origin)
  SELECT md5('destination' || CASE k WHEN 0 THEN '' ELSE k::text END)::uuid, 'adobe', '5F1A2B3C4D5E6F7A0A49412C@AdobeOrg',
         'https://callback-' || k || '.adobe.io'
    FROM generate_series(0, $1::int) AS k ON CONFLICT DO NOTHING`;

/** Beside each, with the time of its id, so that both lie where the service would have put them. Those that were made here have the event id of another. */
const SECOND_DELIVERIES = `WITH page AS MATERIALIZED (
    SELECT * FROM deliveries WHERE id > $1 AND event_id = id::text ORDER BY id LIMIT $2
  ), made AS (
    INSERT INTO deliveries (id, channel, owner_id, destination_id, event_id, method, url, content_type, body, status,
           attempt_number, attempt_count, next_attempt_at, expires_at, last_status, last_error)
    SELECT (left(id::text, 24) || substr(md5(id::text), 1, 12))::uuid, channel, owner_id,
           md5('destination' || 1 + abs(hashtext(id::text)) % $3::int)::uuid, event_id, method, url, content_type, body, status,
           attempt_number, attempt_count, next_attempt_at, expires_at, last_status, last_error
      FROM page
  )
  SELECT id FROM page ORDER BY id DESC LIMIT 1`;

/** As many rows as windows of a busy week have: of all, of the service and of each destination. */
const COUNT_ROWS = `INSERT INTO statistics (kind, subject, step_minutes, at, name, count)
  SELECT kind, subject, step, date_bin(step * interval '1 minute', now(), 'epoch') - n * step * interval '1 minute', name,
         100 + n
    FROM (SELECT 'all' AS kind, '' AS subject UNION ALL SELECT 'service', $1::text
          UNION ALL SELECT 'destination', id::text FROM destinations) subjects
   CROSS JOIN (VALUES (1, 61), (15, 97), (120, 85)) AS steps(step, steps)
   CROSS JOIN LATERAL generate_series(0, steps) AS n
   CROSS JOIN unnest(ARRAY['accepted', 'delivered', 'failed', 'attempts', 'error:answered', 'error:timeout',
                           'ms:8', 'ms:10', 'ms:12', 'ms:14', 'ms:16', 'ms:18']) AS name
  ON CONFLICT DO NOTHING`;
