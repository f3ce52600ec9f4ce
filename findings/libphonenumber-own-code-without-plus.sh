#!/usr/bin/env bash
# Guess: digits that begin with the default country's own code ("4915112345678" and DE) are read as if a plus stood there.
# Truth: German mobiles get the code twice, +494915112345678, and pass as valid; landlines do not. Bites imported lists.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --silent --no-audit --no-fund google-libphonenumber@3.2.47 libphonenumber-js@1.13.16
cat > run.mjs <<'JS'
import { createRequire } from 'node:module';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

const require = createRequire(import.meta.url);
const { PhoneNumberUtil, PhoneNumberFormat } = require('google-libphonenumber');
const util = PhoneNumberUtil.getInstance();
for (const name of ['google-libphonenumber', 'libphonenumber-js'])
  console.log(`${name} ${require(`./node_modules/${name}/package.json`).version} on Node ${process.versions.node}`);

function readBoth(text) {
  const first = util.parse(text, 'DE');
  const second = parsePhoneNumberFromString(text, 'DE');
  return [
    `${util.format(first, PhoneNumberFormat.E164)} ${util.isValidNumber(first)}`,
    `${second?.number} ${second?.isValid()}`,
  ];
}

const mobile = readBoth('4915112345678');
const landline = readBoth('493090182012');
console.log('4915112345678 with DE:', mobile.join(', '));
console.log('493090182012 with DE: ', landline.join(', '));
const isAsFound =
  mobile.every((answer) => answer === '+494915112345678 true') &&
  landline.every((answer) => answer === '+493090182012 true');
console.log(isAsFound ? 'the mobile has its country code twice, and is called valid' : 'the behaviour changed');
process.exit(isAsFound ? 0 : 1);
JS
node run.mjs
