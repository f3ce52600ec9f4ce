#!/usr/bin/env bash
# Guess: $toMillis of a day that does not exist (30 February, 31 April) is an error or nothing, with or without a picture.
# Truth: it is the day so many days later (2 March, 1 May); a mapping that reads a CRM's dates writes another day. Bites mappings.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --silent --no-audit --no-fund jsonata@2.2.2
cat > run.mjs <<'JS'
import { readFileSync } from 'node:fs';
import jsonata from 'jsonata';

const { version } = JSON.parse(readFileSync('node_modules/jsonata/package.json', 'utf8'));
console.log(`jsonata ${version} on Node ${process.versions.node}`);
const cases = [
  ['$fromMillis($toMillis("2026-02-30"))', '2026-03-02T00:00:00.000Z'],
  ['$fromMillis($toMillis("31/04/2026", "[D01]/[M01]/[Y0001]"))', '2026-05-01T00:00:00.000Z'],
  ['$fromMillis($toMillis("29/02/2027", "[D01]/[M01]/[Y0001]"))', '2027-03-01T00:00:00.000Z'],
];
let same = true;
for (const [expression, seen] of cases) {
  const value = await jsonata(expression).evaluate({}).catch((error) => `error ${error.code}`);
  console.log(`${expression} -> ${JSON.stringify(value)}`);
  same &&= value === seen;
}
console.log(same ? 'as seen: the day moves into the next month' : 'CHANGED');
process.exit(same ? 0 : 1);
JS
node run.mjs
