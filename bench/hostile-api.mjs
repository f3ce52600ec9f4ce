// An API that misbehaves, a process of its own: /large answers ten megabytes, /large-chunked the same without a length,
// /slow a byte at a time.
import { createServer } from 'node:http';
import { endWithParent } from './child.mjs';

const LARGE = Buffer.alloc(10 * 1024 * 1024, 'x');
const DRIP_MS = 50;

const server = createServer((request, response) => {
  if (request.url.startsWith('/large-chunked')) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(LARGE);
  } else if (request.url.startsWith('/large')) {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': LARGE.length });
    response.end(LARGE);
  } else {
    response.writeHead(200, { 'content-type': 'application/json' });
    const timer = setInterval(() => response.write(' '), DRIP_MS);
    response.on('close', () => clearInterval(timer));
  }
  response.on('error', () => undefined);
});

endWithParent();
await new Promise((resolve) => server.listen(0, '127.0.0.1', 1_024, resolve));
process.send({ kind: 'ready', port: server.address().port });
