// The load, a process of its own: as fast as it is answered over a fixed number of connections (`closed`), or at a
// fixed rate whatever the answers (`open`), which is what shows latency.
import { endWithParent } from './child.mjs';
import { nowMs } from './clock.mjs';
import { compileLeadRequest } from './lead.mjs';
import { LoadConnection } from './load-connection.mjs';
import { UndiciConnection } from './load-undici.mjs';
import { percentiles } from './statistics.mjs';

const TICK_MS = 1;

/** Counts of a round, and when each request was owed and acknowledged. */
class Round {
  constructor({ epoch, count, target }) {
    this.epoch = epoch;
    this.count = count;
    this.write = compileLeadRequest(target.callbackBase);
    this.owedAt = new Float64Array(count);
    this.ackedAt = new Float64Array(count);
    this.statuses = {};
    this.answers = 0;
    this.finished = new Promise((resolve) => (this.finish = resolve));
  }

  submit(connection, number) {
    connection.number = number;
    connection.send(this.write(this.epoch, number));
  }

  note(number, status) {
    this.statuses[status] = (this.statuses[status] ?? 0) + 1;
    if (status === 200 || status === 201) this.ackedAt[number] = nowMs();
    this.answers += 1;
    if (this.answers === this.count) this.finish();
  }

  result(startedAtMs) {
    const acked = (this.statuses[200] ?? 0) + (this.statuses[201] ?? 0);
    const latencies = [];
    for (let at = 0; at < this.count; at += 1) {
      if (this.ackedAt[at] > 0) latencies.push(this.ackedAt[at] - this.owedAt[at]);
    }
    return { startedAtMs, endedAtMs: nowMs(), acked, statuses: this.statuses, ack: percentiles(latencies) };
  }
}

async function openConnections({ connections: count, target }, round, answered) {
  const Connection = process.argv[2] === 'undici' ? UndiciConnection : LoadConnection;
  const options = { ...target, bodyLength: round.write(0, 0).length };
  const connections = Array.from({ length: count }, () => {
    const connection = new Connection(options, (status) => answered(connection, status));
    return connection;
  });
  await Promise.all(connections.map((connection) => connection.open()));
  return connections;
}

async function runClosed(message) {
  const round = new Round(message);
  let next = 0;
  const submitNext = (connection) => {
    if (next >= round.count) return;
    round.owedAt[next] = nowMs();
    round.submit(connection, next++);
  };
  const connections = await openConnections(message, round, (connection, status) => {
    round.note(connection.number, status);
    // A broken connection sends nothing more; the others take over what is left.
    if (status !== 0) submitNext(connection);
    else if (connections.every(({ broken }) => broken)) round.finish();
  });
  const startedAtMs = nowMs();
  connections.forEach(submitNext);
  await round.finished;
  const result = round.result(startedAtMs);
  for (const connection of connections) connection.close();
  return result;
}

async function runOpen(message) {
  const round = new Round(message);
  const idle = [];
  const owed = [];
  const connections = await openConnections(message, round, (connection, status) => {
    round.note(connection.number, status);
    if (status === 0) return;
    if (owed.length > 0) round.submit(connection, owed.shift());
    else idle.push(connection);
  });
  idle.push(...connections);
  const startedAtMs = nowMs();
  let next = 0;
  let nextAtMs = startedAtMs;
  const timer = setInterval(() => {
    for (const now = nowMs(); next < round.count && nextAtMs <= now; next += 1) {
      // From when it was owed, not from when it was sent: a service that stalls must not slow its own clock.
      round.owedAt[next] = nextAtMs;
      const connection = idle.pop();
      if (connection === undefined) owed.push(next);
      else round.submit(connection, next);
      // Independent callers: exponential gaps.
      nextAtMs += (-Math.log(1 - Math.random()) * 1000) / message.rate;
    }
    if (next >= round.count) clearInterval(timer);
  }, TICK_MS);
  await round.finished;
  const result = { ...round.result(startedAtMs), ackedAt: round.ackedAt };
  for (const connection of connections) connection.close();
  return result;
}

endWithParent();
process.on('message', (message) => {
  const run = message.kind === 'open' ? runOpen : runClosed;
  run(message).then(
    (result) => process.send({ kind: 'done', ...result }),
    (error) => process.send({ kind: 'done', error: error.message }),
  );
});
process.send({ kind: 'ready' });
