#!/usr/bin/env bash
# Guess: a property that fuel-soap retrieves has the text that the server sent.
# Truth: spaces at the ends go, runs of spaces and line breaks become one space, in ResultDetailXML too. Bites who compares or re-signs.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --silent --no-audit --no-fund fuel-soap@2.2.4
cat > run.cjs <<'JS'
const http = require('node:http');
const FuelSoap = require('fuel-soap');

const ADDRESS = '12  Main Street\n  Floor 3 ';
const envelope = `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>
<RetrieveResponseMsg xmlns="http://exacttarget.com/wsdl/partnerAPI"><OverallStatus>OK</OverallStatus><RequestID>1</RequestID>
<Results><Address>${ADDRESS}</Address></Results></RetrieveResponseMsg></soap:Body></soap:Envelope>`;

const server = http.createServer((request, response) => {
  request.resume().on('end', () => {
    const isToken = request.url.includes('token') || request.url.includes('Token');
    response.setHeader('content-type', isToken ? 'application/json' : 'text/xml');
    response.end(isToken ? '{"accessToken":"made-up","expiresIn":3600}' : envelope);
  });
});
server.listen(0, '127.0.0.1', () => {
  const base = `http://127.0.0.1:${server.address().port}`;
  const auth = { clientId: 'a', clientSecret: 'b', authUrl: `${base}/v1/requestToken` };
  const client = new FuelSoap({ auth, soapEndpoint: `${base}/Service.asmx` });
  console.log(`fuel-soap ${client.version} on Node ${process.versions.node}`);
  client.retrieve('ResultItem', ['Address'], (error, answer) => {
    if (error) throw error;
    const value = answer.body.Results[0].Address;
    console.log(`sent ${JSON.stringify(ADDRESS)}, read ${JSON.stringify(value)}`);
    const same = value === '12 Main Street Floor 3';
    console.log(same ? 'as seen: white space is folded' : 'CHANGED');
    server.close();
    process.exitCode = same ? 0 : 1;
  });
});
JS
node run.cjs 2> >(grep -vi deprecat >&2)
