#!/bin/sh
# Guess: undici reads a folded response header as one value, as RFC 9112 5.2 asks of every user agent.
# Truth: undici 7.30.2 refuses the whole answer as no HTTP, status line and all. It bites senders of webhooks: old receivers and mail gateways fold long headers, and their 200 becomes a retry.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund undici@7.30.2
cat > probe.mjs <<'JS'
import { createServer } from 'node:net';
import { readFileSync } from 'node:fs';
import { request } from 'undici';
const FOLDED = 'HTTP/1.1 200 OK\r\nx-policy: one;\r\n two\r\ncontent-length: 2\r\n\r\nok';
const server = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.once('data', () => socket.end(FOLDED));
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
console.log(`undici ${JSON.parse(readFileSync('node_modules/undici/package.json', 'utf8')).version} on Node ${process.version}`);
let seen;
try {
  const { statusCode, headers } = await request(`http://127.0.0.1:${server.address().port}/`, { method: 'POST', body: 'x' });
  seen = `status ${statusCode}, x-policy ${JSON.stringify(headers['x-policy'])}`;
} catch (error) {
  seen = `${error.name}: ${error.message}`;
}
console.log('an answer with a folded header gives:', seen);
process.exit(/^HTTPParserError|^ResponseContentLengthMismatchError/.test(seen) ? 0 : 1);
JS
node probe.mjs
