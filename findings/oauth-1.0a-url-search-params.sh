#!/usr/bin/env bash
# Guess: oauth-1.0a signs an address that URLSearchParams wrote as RFC 5849 3.4.1.3.1 says: decoded, so `%5B` is a bracket and `+` a space.
# Truth: a name's `%5B` is encoded again and `+` stays a plus; the signature is wrong, a 401. Bites searches in Adobe Commerce.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --silent --no-audit --no-fund oauth-1.0a@2.2.6
cat > run.mjs <<'JS'
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import OAuth from 'oauth-1.0a';

const { version } = JSON.parse(readFileSync('node_modules/oauth-1.0a/package.json', 'utf8'));
console.log(`oauth-1.0a ${version} on Node ${process.versions.node}`);
const sign = (text, key) => createHmac('sha256', key).update(text).digest('base64');
const oauth = new OAuth({ consumer: { key: 'a', secret: 'b' }, signature_method: 'HMAC-SHA256', hash_function: sign });
const token = { key: 'c', secret: 'd' };
const encoded = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

// The server's side: the signature of what arrives, after the RFC.
function signatureByTheRfc(url, signed) {
  const { origin, pathname, searchParams } = new URL(url);
  const protocol = Object.entries(signed).filter(([name]) => name.startsWith('oauth_') && name !== 'oauth_signature');
  const pairs = [...searchParams, ...protocol].map((pair) => pair.map(encoded).join('='));
  return sign(['GET', encoded(origin + pathname), encoded(pairs.sort().join('&'))].join('&'), 'b&d');
}

const query = (name, value) => `https://shop.example.com/rest/V1/orders?${new URLSearchParams({ [name]: value })}`;
const cases = [
  ['https://shop.example.com/rest/V1/orders?searchCriteria[pageSize]=10', true],
  [query('searchCriteria[pageSize]', '10'), false],
  ['https://shop.example.com/rest/V1/orders?since=2026-01-02%2003:04', true],
  [query('since', '2026-01-02 03:04'), false],
];
let same = true;
for (const [url, seen] of cases) {
  const signed = oauth.authorize({ url, method: 'GET' }, token);
  const isRight = signed.oauth_signature === signatureByTheRfc(url, signed);
  console.log(`${isRight ? 'right' : 'WRONG'} signature for ${url}`);
  same &&= isRight === seen;
}
console.log(same ? 'as seen: what URLSearchParams wrote is signed wrongly' : 'CHANGED');
process.exit(same ? 0 : 1);
JS
node run.mjs
