#!/usr/bin/env bash
# Guess: fuel-soap gives one entry for each Results element, also when none of the asked properties has a value.
# Truth: one such element is no entry, two are two empty texts. Bites who counts; its own default properties often have no value.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --silent --no-audit --no-fund fuel-soap@2.2.4
cat > run.cjs <<'JS'
const http = require('node:http');
const FuelSoap = require('fuel-soap');

const RESULT = '<Results xsi:type="ResultMessage"></Results>';
const envelope = (results) => `<?xml version="1.0" encoding="utf-8"?>
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soap:Body>
<RetrieveResponseMsg xmlns="http://exacttarget.com/wsdl/partnerAPI"><OverallStatus>OK</OverallStatus><RequestID>1</RequestID>
${results}</RetrieveResponseMsg></soap:Body></soap:Envelope>`;

let count = 0;
const server = http.createServer((request, response) => {
  request.resume().on('end', () => {
    const isToken = request.url.includes('Token');
    response.setHeader('content-type', isToken ? 'application/json' : 'text/xml');
    response.end(isToken ? '{"accessToken":"made-up","expiresIn":3600}' : envelope(RESULT.repeat(count)));
  });
});
server.listen(0, '127.0.0.1', async () => {
  const base = `http://127.0.0.1:${server.address().port}`;
  const auth = { clientId: 'a', clientSecret: 'b', authUrl: `${base}/v1/requestToken` };
  const client = new FuelSoap({ auth, soapEndpoint: `${base}/Service.asmx` });
  console.log(`fuel-soap ${client.version} on Node ${process.versions.node}`);
  const seen = [];
  for (count of [1, 2]) {
    const results = await new Promise((resolve, reject) =>
      client.retrieve('ResultMessage', (error, answer) => (error ? reject(error) : resolve(answer.body.Results))),
    );
    console.log(`${count} Results sent, read ${JSON.stringify(results)}`);
    seen.push(results.length);
  }
  const same = seen.join() === '0,2';
  console.log(same ? 'as seen: a single empty result is lost, two are not' : 'CHANGED');
  server.close();
  process.exitCode = same ? 0 : 1;
});
JS
node run.cjs 2> >(grep -vi deprecat >&2)
