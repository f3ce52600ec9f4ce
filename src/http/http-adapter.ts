import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AppConfig } from '../config/config.js';
import { AnyCasePaths } from './any-case-paths.js';
import { ErrorAnswer } from './error-answer.js';
import { ErrorDialects } from './error-dialects.js';
import { RequestError } from './request-error.js';
import { RouteTable } from './route-table.js';
import { renderUnionError } from './union-error.js';

/** Largest body anybody may send, in bytes; stages that take less check their own limit. */
export const BODY_LIMIT_BYTES = 8 * 1024 * 1024;

const SECOND = 1000;

/** Fastify as we run it: no request log, no request ids, and every error it finds by itself is answered by us. */
export class HttpAdapter extends FastifyAdapter {
  readonly routes = new RouteTable();
  /** Replaced by {@link configureHttp} with one that knows every dialect of the application. */
  errorAnswer = new ErrorAnswer(new ErrorDialects(), this.routes);
  /** Replaced by {@link configureHttp} with those of the application. */
  anyCasePaths = new AnyCasePaths();
}

/** Makes the adapter `main.ts` and the tests create the application with. */
export function createHttpAdapter(config: AppConfig): HttpAdapter {
  const adapter: HttpAdapter = new HttpAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: config.http.trustProxy,
    // Slow senders are cut off; connections are kept longer than the 60 s most load balancers keep theirs, or
    // a request sent just as we close the connection is lost.
    requestTimeout: 30 * SECOND,
    keepAliveTimeout: 72 * SECOND,
    logger: false,
    // Nobody reads Fastify's request ids: an action has its own, an error gets one when it happens.
    genReqId: () => '',
    // While closing, requests on open connections are still served: what fails then is a 503 of our own.
    return503OnClosing: false,
    // Before anything looks at the path: route, guards, 405 and the dialect of errors follow the registered spelling.
    rewriteUrl: ({ url }: IncomingMessage) => adapter.anyCasePaths.toRegistered(url ?? '/'),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 256 },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      adapter.errorAnswer.send(error, request, reply),
    clientErrorHandler: answerBrokenHttp,
  });
  return adapter;
}

/** Answers what is not HTTP at all (a bad Content-Length, oversized headers): there is no request to answer yet. */
function answerBrokenHttp(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, reason, message } = describeBrokenHttp(error.code);
  const { body, contentType } = renderUnionError(new RequestError(status, 'INVALID_REQUEST', message), '');
  const head = [`HTTP/1.1 ${status} ${reason}`, `Content-Type: ${contentType}`, 'Connection: close'];
  socket.end(`${head.join('\r\n')}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

function describeBrokenHttp(code: string | undefined): { status: number; reason: string; message: string } {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return { status: 431, reason: 'Request Header Fields Too Large', message: 'The request headers are too large.' };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, reason: 'Request Timeout', message: 'The request took too long to arrive.' };
    default:
      return { status: 400, reason: 'Bad Request', message: 'The request is malformed.' };
  }
}
