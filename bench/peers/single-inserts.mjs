// What Postgres does for whoever inserts row by row, as pgbench would: one wide row per statement, prepared, committed
// one by one over a few connections side by side.
import pg from 'pg';
import { endWithParent } from '../child.mjs';
import { nowMs } from '../clock.mjs';
import { leadRequest, tokenOf } from '../lead.mjs';

const TABLE = `CREATE TABLE IF NOT EXISTS single_inserts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, token text NOT NULL, request text NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now())`;
const INSERT = { name: 'insert', text: 'INSERT INTO single_inserts (token, request) VALUES ($1, $2) RETURNING id' };

async function run({ epoch, count, connections, databaseUrl }) {
  const clients = Array.from({ length: connections }, () => new pg.Client(databaseUrl));
  await Promise.all(clients.map((client) => client.connect()));
  await clients[0].query(TABLE);
  const text = leadRequest(0, 0, 'http://127.0.0.1:1');
  let next = 0;
  const startedAtMs = nowMs();
  await Promise.all(
    clients.map(async (client) => {
      while (next < count) await client.query({ ...INSERT, values: [tokenOf(epoch, next++), text] });
    }),
  );
  const endedAtMs = nowMs();
  await Promise.all(clients.map((client) => client.end()));
  return { startedAtMs, endedAtMs };
}

endWithParent();
process.on('SIGTERM', () => process.exit(0));
process.on('message', (message) => void run(message).then((result) => process.send({ kind: 'done', ...result })));
process.send({ kind: 'ready' });
