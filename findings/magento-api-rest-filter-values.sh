#!/usr/bin/env bash
# Guess: magento-api-rest sends a filter's value to Adobe Commerce as it was given, over https as over http.
# Truth: a plus arrives as a space, an ampersand ends the value, and over https only a percent sign throws. Bites look-ups by e-mail or company.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --silent --no-audit --no-fund magento-api-rest@2.0.4
cat > run.cjs <<'JS'
const { createServer } = require('node:http');
const https = require('node:https');
const { connect } = require('node:net');
const Magento = require('magento-api-rest').default;

const { version } = require('magento-api-rest/package.json');
console.log(`magento-api-rest ${version} on Node ${process.versions.node}`);
const NAME = 'searchCriteria[filter_groups][0][filters][0][value]';
let arrived;
const server = createServer((request, response) => {
  request.resume();
  arrived = new URL(request.url, 'http://127.0.0.1').searchParams.get(NAME);
  response.setHeader('content-type', 'application/json').end('{"items":[]}');
});
server.listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  // For https only TLS is left out: the request is the same, and needs no certificate here.
  const httpsAgent = new https.Agent();
  httpsAgent.createConnection = () => connect(port, '127.0.0.1');
  const keys = { consumerKey: 'a', consumerSecret: 'b', accessToken: 'c', tokenSecret: 'd' };
  const shops = [`http://127.0.0.1:${port}`, 'https://shop.example.com'];
  const cases = [
    ['anna@example.com', 'anna@example.com', 'anna@example.com'],
    ['anna+news@example.com', 'anna news@example.com', 'anna news@example.com'],
    ['Smith & Sons', 'Smith ', 'Smith '],
    ['%Smith%', '%Smith%', 'URIError: URI malformed'],
  ];
  let same = true;
  for (const [value, ...seen] of cases) {
    for (const [index, url] of shops.entries()) {
      const client = new Magento({ ...keys, url, axiosConfig: { httpsAgent, proxy: false } });
      const filter = { field: 'company', value, condition_type: 'eq' };
      let got;
      try {
        await client.get('customers/search', { filter_groups: [{ filters: [filter] }] });
        got = arrived;
      } catch (error) {
        got = `${error.name}: ${error.message}`;
      }
      console.log(`${url.split(':')[0].padEnd(5)} given ${JSON.stringify(value)}, got ${JSON.stringify(got)}`);
      same &&= got === seen[index];
    }
  }
  console.log(same ? 'as seen: another value is looked up, or none' : 'CHANGED');
  server.closeAllConnections();
  server.close();
  process.exitCode = same ? 0 : 1;
});
JS
node run.cjs 2> >(grep -vi deprecat >&2)
