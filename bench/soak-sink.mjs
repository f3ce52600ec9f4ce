// Adobe's side of the soak, a process of its own: issues tokens, takes callbacks, and counts each once in bounded memory.
import { createServer } from 'node:http';

const BUCKET_MS = 5;
const BUCKETS = 4_000;

/** One bit per request number. */
let seen = new Uint8Array(1 << 16);
let received = 0;
let duplicates = 0;
let strangers = 0;
let tokenRequests = 0;
let lags = new Uint32Array(BUCKETS);

function note(token) {
  const [, number, sentAtMs] = /^soak-(\d+)-(\d+)$/.exec(token ?? '') ?? [];
  if (number === undefined) {
    strangers += 1;
    return;
  }
  const [at, bit] = [Number(number) >> 3, 1 << (Number(number) & 7)];
  if (at >= seen.length) {
    const larger = new Uint8Array(Math.max(seen.length * 2, at + 1));
    larger.set(seen);
    seen = larger;
  }
  if ((seen[at] & bit) !== 0) {
    duplicates += 1;
    return;
  }
  seen[at] |= bit;
  received += 1;
  const bucket = Math.floor((Date.now() - Number(sentAtMs)) / BUCKET_MS);
  lags[Math.min(Math.max(bucket, 0), BUCKETS - 1)] += 1;
}

/** Upper edge, in milliseconds, of the bucket the share falls into; since the last report. */
function lagAt(share) {
  const total = lags.reduce((sum, count) => sum + count, 0);
  let counted = 0;
  const bucket = lags.findIndex((count) => (counted += count) >= total * share);
  return total === 0 ? null : (bucket + 1) * BUCKET_MS;
}

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    response.setHeader('content-type', 'application/json');
    if (request.url === '/ims/token/v3') {
      tokenRequests += 1;
      response.end(`{"access_token":"soak-token-${tokenRequests}","token_type":"bearer","expires_in":86399}`);
      return;
    }
    note(request.headers['x-callback-token']);
    response.end('{}');
  });
});
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => process.send({ kind: 'ready', port: server.address().port }));

process.on('message', (message) => {
  if (message === 'count') process.send({ kind: 'count', received });
  if (message !== 'report') return;
  process.send({
    kind: 'report',
    received,
    duplicates,
    strangers,
    tokenRequests,
    p50Ms: lagAt(0.5),
    p99Ms: lagAt(0.99),
  });
  lags = new Uint32Array(BUCKETS);
});
process.on('disconnect', () => process.exit());
