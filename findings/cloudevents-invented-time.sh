#!/usr/bin/env bash
# Guess: an event that came without `time` has none after HTTP.toEvent, and `"data": null` stays null.
# Truth: it gets the reader's own clock as its time, another at each reading, and null is gone. Bites deduplication and replays.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --silent --no-audit --no-fund cloudevents@10.0.0
cat > run.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { HTTP } from 'cloudevents';

const { version } = JSON.parse(readFileSync('node_modules/cloudevents/package.json', 'utf8'));
console.log(`cloudevents ${version} on Node ${process.versions.node}`);
const message = {
  headers: { 'content-type': 'application/cloudevents+json' },
  body: '{"specversion":"1.0","id":"1","source":"/journey","type":"lead.updated","data":null}',
};
const startedAt = Date.now();
const first = HTTP.toEvent(message);
await sleep(20);
const second = HTTP.toEvent(message);
const again = JSON.parse(HTTP.structured(first).body);
console.log('sent     ', message.body);
console.log('read     ', JSON.stringify(first));
console.log('read next', JSON.stringify(second));
console.log('sent on  ', JSON.stringify(again));
const same =
  Date.parse(first.time) >= startedAt && first.time !== second.time && again.time === first.time && !('data' in again);
console.log(same ? 'as seen: a time that nobody sent, and no data' : 'CHANGED');
process.exit(same ? 0 : 1);
JS
node run.mjs
