#!/usr/bin/env bash
# Guess: streamify() reads on until Marketo says `moreResult: false`; a page without a result is only an empty one, as Marketo sends them.
# Truth: the first such page ends the stream, without an error, and what comes after it is not read. Bites exports of activities.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --silent --no-audit --no-fund node-marketo-rest@0.7.8
cat > run.cjs <<'JS'
const { createServer } = require('node:http');
const Marketo = require('node-marketo-rest');

const { version } = require('node-marketo-rest/package.json');
console.log(`node-marketo-rest ${version} on Node ${process.versions.node}`);
const pages = {
  T1: { success: true, result: [{ id: 1 }], nextPageToken: 'T2', moreResult: true },
  T2: { success: true, nextPageToken: 'T3', moreResult: true },
  T3: { success: true, result: [{ id: 2 }], moreResult: false },
};
const asked = [];
const server = createServer((request, response) => {
  request.resume();
  const { pathname, searchParams } = new URL(request.url, 'http://127.0.0.1');
  response.setHeader('content-type', 'application/json');
  if (pathname.endsWith('/oauth/token')) return response.end('{"access_token":"made-up","expires_in":3599}');
  const token = searchParams.get('nextPageToken');
  asked.push(token);
  response.end(JSON.stringify(pages[token]));
});
server.listen(0, '127.0.0.1', async () => {
  const base = `http://127.0.0.1:${server.address().port}`;
  const marketo = new Marketo({ endpoint: `${base}/rest`, identity: `${base}/identity`, clientId: 'a', clientSecret: 'b' });
  const read = [];
  for await (const { id } of marketo.streamify('lead', 'getActivities', [[7], [1], 'T1'])) read.push(id);
  console.log('pages kept:      activity 1; none, with moreResult; activity 2');
  console.log(`pages asked for: ${asked.join(', ')}`);
  console.log(`activities read: ${read.join(', ')}`);
  const same = asked.join() === 'T1,T2' && read.join() === '1';
  console.log(same ? 'as seen: the empty page ends the stream, activity 2 is lost' : 'CHANGED');
  server.closeAllConnections();
  server.close();
  process.exitCode = same ? 0 : 1;
});
JS
node run.cjs
