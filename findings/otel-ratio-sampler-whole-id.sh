#!/usr/bin/env bash
# Guess: at one ratio, traces with the same random part (the last 14 digits, W3C Trace Context) are sampled alike: the rest says nothing.
# Truth: the JavaScript SDK folds all 32 digits, so the time in a uuidv7 decides too. Bites who samples in several languages: traces have holes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --silent --no-audit --no-fund @opentelemetry/api@1.9.0 @opentelemetry/sdk-trace-base@2.12.0
cat > run.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { SamplingDecision, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-base';

const { version } = JSON.parse(readFileSync('node_modules/@opentelemetry/sdk-trace-base/package.json', 'utf8'));
console.log(`@opentelemetry/sdk-trace-base ${version} on Node ${process.versions.node}`);
const sampler = new TraceIdRatioBasedSampler(0.01);
const tail = '7cc09a445f2f0c3f6d11';
// Ids made of the time in milliseconds, 1,000 of them a minute apart, with one random part.
const startedAt = Date.parse('2026-11-29T12:00:00Z');
const ids = Array.from({ length: 1_000 }, (_, minute) => (startedAt + minute * 60_000).toString(16).padStart(12, '0') + tail);
const sampled = ids.filter((id) => sampler.shouldSample(ROOT_CONTEXT, id).decision === SamplingDecision.RECORD_AND_SAMPLED);
console.log(`first    ${ids[0]}`);
console.log(`last     ${ids.at(-1)}`);
console.log(`sampled  ${sampled.length} of ${ids.length}, all with the random part ${tail.slice(-14)}`);
const same = sampled.length > 0 && sampled.length < ids.length;
console.log(same ? 'as seen: what is not random decides as well' : 'CHANGED');
process.exit(same ? 0 : 1);
JS
node run.mjs
