#!/usr/bin/env bash
# Guess: verify() takes the request's headers as a handler has them, a fetch Headers object too, and returns any signed body.
# Truth: a Headers object has "Missing required headers", a signed body that is no JSON throws a SyntaxError. Bites receivers.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --silent --no-audit --no-fund standardwebhooks@1.1.1
cat > run.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { Webhook } from 'standardwebhooks';

const { version } = JSON.parse(readFileSync('node_modules/standardwebhooks/package.json', 'utf8'));
console.log(`standardwebhooks ${version} on Node ${process.versions.node}`);
const webhook = new Webhook(`whsec_${Buffer.from('made up for this finding').toString('base64')}`);
const now = new Date();

function signed(body) {
  return {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': webhook.sign('msg_1', now, body),
  };
}

function outcome(body, headers) {
  try {
    return JSON.stringify(webhook.verify(body, headers));
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
}

const json = '{"event_id":"1"}';
const form = 'RequestID=1&StatusCode=OK';
const seen = {
  plain: outcome(json, signed(json)),
  fetchHeaders: outcome(json, new Headers(signed(json))),
  form: outcome(form, signed(form)),
};
console.log(seen);
const same =
  seen.plain === json &&
  seen.fetchHeaders === 'WebhookVerificationError: Missing required headers' &&
  seen.form.startsWith('SyntaxError');
console.log(same ? 'as seen: a plain object only, and JSON only' : 'CHANGED');
process.exit(same ? 0 : 1);
JS
node run.mjs
