#!/usr/bin/env bash
# Guess: with enableReadyCheck false (as Bull demands), ioredis tries again after a server has answered "max number of clients reached" and closed.
# Truth: it stays `ready` without a socket and never connects again: its own CLIENT SETINFO is answered by the close, after which it calls itself ready and skips the retry. Who checks `status` sees nothing; disableClientInfo (and no connectionName) mends it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error ioredis@5.11.1 >/dev/null
cat > try.cjs <<'JS'
const { createServer } = require('node:net');
const { setTimeout: sleep } = require('node:timers/promises');
const Redis = require('ioredis');

console.log(`node ${process.version}, ioredis ${require('ioredis/package.json').version}`);

/** A server that is full for a second, as Redis says it, and answers every command from then on. */
async function tryWith(options) {
  let full = true;
  let accepted = 0;
  const server = createServer((socket) => {
    accepted += 1;
    socket.on('error', () => undefined);
    if (full) {
      socket.write('-ERR max number of clients reached\r\n');
      socket.destroySoon();
      return;
    }
    socket.on('data', (chunk) => socket.write('+OK\r\n'.repeat(String(chunk).split('*').length - 1)));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const redis = new Redis({
    port: server.address().port,
    host: '127.0.0.1',
    enableReadyCheck: false,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => 100,
    ...options,
  });
  redis.on('error', () => undefined);
  await sleep(1000);
  full = false;
  await sleep(2000);
  const answer = await redis.set('key', 'value').catch((error) => error.message);
  console.log(`${JSON.stringify(options)}: status ${redis.status}, connections ${accepted}, answer: ${answer}`);
  const result = { status: redis.status, accepted, answer };
  redis.disconnect();
  server.close();
  return result;
}

(async () => {
  const usual = await tryWith({});
  const mended = await tryWith({ disableClientInfo: true });
  const seen = usual.status === 'ready' && usual.accepted === 1 && usual.answer !== 'OK' && mended.answer === 'OK';
  console.log(seen ? 'as described: ready, and never connected again' : 'THE BEHAVIOUR HAS CHANGED');
  process.exit(seen ? 0 : 1);
})();
JS
node try.cjs
