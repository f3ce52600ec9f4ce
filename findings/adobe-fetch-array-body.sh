#!/usr/bin/env bash
# Guess: an array as the body of fetch() is sent as JSON, as a plain object is, and as the same options are through a Request.
# Truth: it is called application/json and is "[object Object],[object Object]", or nothing for []. Bites who sends batches of records.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --silent --no-audit --no-fund @adobe/fetch@4.3.1
cat > run.mjs <<'JS'
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { h1 } from '@adobe/fetch';

const { version } = JSON.parse(readFileSync('node_modules/@adobe/fetch/package.json', 'utf8'));
console.log(`@adobe/fetch ${version} on Node ${process.versions.node}`);
const server = createServer(async (request, response) => {
  response.end(`${request.headers['content-type']}: ${await text(request)}`);
});
await once(server.listen(0, '127.0.0.1'), 'listening');
const address = `http://127.0.0.1:${server.address().port}/`;
const { fetch, Request, reset } = h1();
const leads = [{ id: 1 }, { id: 2 }];
const cases = [
  ['a plain object, fetch  ', leads[0], (init) => fetch(address, init), 'application/json: {"id":1}'],
  ['an array, in a Request ', leads, (init) => fetch(new Request(address, init)), 'application/json: [{"id":1},{"id":2}]'],
  ['an array, fetch        ', leads, (init) => fetch(address, init), 'application/json: [object Object],[object Object]'],
  ['an empty array, fetch  ', [], (init) => fetch(address, init), 'application/json: '],
];
let same = true;
for (const [name, body, send, seen] of cases) {
  const arrived = await (await send({ method: 'POST', body })).text();
  console.log(`${name} arrived as ${arrived}`);
  same &&= arrived === seen;
}
console.log(same ? 'as seen: fetch() calls the array JSON and sends something else' : 'CHANGED');
await reset();
server.close();
process.exitCode = same ? 0 : 1;
JS
node run.mjs
