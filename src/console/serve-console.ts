import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequestError } from '../http/request-error.js';
import { type ConsoleFile, ConsoleFiles, findConsoleFolder } from './console-files.js';

const ROOT = '/console';
const ASSETS = 'assets/';
const NOT_BUILT = 'The console is not built: npm run build builds it';

/**
 * Serves the console at /console; call it after `configureHttp`, before `listen`. The pages hold nothing of anybody: what
 * they show they ask of /admin, with the session of the person in front of them.
 */
export function serveConsole(app: NestFastifyApplication, folder = findConsoleFolder()): void {
  const files = folder === null ? null : new ConsoleFiles(folder);
  const instance = app.getHttpAdapter().getInstance();
  instance.get(ROOT, (_request, reply) => sendPage(files, reply));
  instance.get(`${ROOT}/*`, (request, reply) => {
    const name = (request.params as { readonly '*': string })['*'];
    // Every other path is a page: the script in it knows which.
    if (!name.startsWith(ASSETS)) return sendPage(files, reply);
    const file = files?.find(name) ?? null;
    if (file === null) throw new RequestError(404, 'RESOURCE_NOT_FOUND', 'No such file of the console');
    return sendFile(file, request, reply);
  });
}

function sendPage(files: ConsoleFiles | null, reply: FastifyReply): FastifyReply {
  if (files === null) throw new RequestError(404, 'RESOURCE_NOT_FOUND', NOT_BUILT);
  const { html, nonce } = files.page();
  return reply
    .header('content-security-policy', policyOf(nonce))
    .header('cache-control', 'no-store')
    .header('cross-origin-opener-policy', 'same-origin')
    .type('text/html; charset=utf-8')
    .send(html);
}

/** Its name holds the hash of its content, so it is never asked for twice. */
function sendFile(file: ConsoleFile, { headers }: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply
    .header('cache-control', 'public, max-age=31536000, immutable')
    .header('etag', file.etag)
    .header('vary', 'accept-encoding');
  if (headers['if-none-match'] === file.etag) return reply.status(304).send();
  const acceptsGzip = /\bgzip\b/i.test(headers['accept-encoding'] ?? '');
  reply.type(file.contentType);
  if (!acceptsGzip || file.gzipped === null) return reply.send(file.body);
  return reply.header('content-encoding', 'gzip').send(file.gzipped);
}

/** Nothing inline without the nonce, nothing from another host, in no frame. Charts are canvas, icons are part of it. */
function policyOf(nonce: string): string {
  return [
    `default-src 'none'`,
    `script-src 'self'`,
    `style-src 'self' 'nonce-${nonce}'`,
    `img-src 'self' data:`,
    `font-src 'self'`,
    `connect-src 'self'`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `frame-ancestors 'none'`,
  ].join('; ');
}
