#!/usr/bin/env bash
# Guess: the timer of ioredis' `socketTimeout` belongs to its socket; when a server closes the connection it is gone.
# Truth: it lives on and destroys the next, healthy connection, idle or busy: after each restart of Redis every client that sets socketTimeout and was waiting for an answer is cut a second time.
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
let accepted = 0;
// A server that restarts once: it closes its first connection after 200 ms, and answers every command from then on.
const server = createServer((socket) => {
  accepted += 1;
  socket.on('error', () => undefined);
  if (accepted === 1) setTimeout(() => socket.end(), 200);
  else socket.on('data', (chunk) => socket.write('+OK\r\n'.repeat(String(chunk).split('*').length - 1)));
});
server.listen(0, '127.0.0.1', async () => {
  const redis = new Redis({
    port: server.address().port,
    host: '127.0.0.1',
    enableReadyCheck: false,
    disableClientInfo: true,
    maxRetriesPerRequest: null,
    socketTimeout: 1500,
    retryStrategy: () => 50,
  });
  const started = performance.now();
  const at = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  const errors = [];
  redis.on('error', (error) => {
    errors.push(error.message);
    console.log(`${at()}: ${error.message}`);
  });
  redis.on('close', () => console.log(`${at()}: closed`));
  const answer = await redis.set('key', 'value');
  console.log(`${at()}: answered ${answer} by connection ${accepted}; nothing is owed any more`);
  await sleep(2500);
  console.log(`connections: ${accepted}, errors: ${errors.length}`);
  redis.disconnect();
  server.close();
  const seen = accepted === 3 && errors.some((message) => message.startsWith('Socket timeout'));
  console.log(seen ? 'as described: the second connection was cut by the timer of the first' : 'THE BEHAVIOUR HAS CHANGED');
  process.exit(seen ? 0 : 1);
});
JS
node try.cjs
