import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AppConfig } from '../config/config.js';
import { AnyCasePaths } from './any-case-paths.js';
import { ErrorAnswer } from './error-answer.js';
import { ErrorDialects } from './error-dialects.js';
import { httpRequests, NO_ROUTE } from './http.metrics.js';
import { LingeringClose } from './lingering-close.js';
import type { ManagementPort } from './management-port.js';
import { RequestError } from './request-error.js';
import { toOriginForm } from './request-target.js';
import { RouteTable } from './route-table.js';
import { ServicePaths } from './service-paths.js';
import { BODY_LIMIT_BYTES, isPatient, mayContinueAtOnce } from './streamed-body.js';
import { UnusedConnections } from './unused-connections.js';
import { renderUnionError } from './union-error.js';

/** Ids have at most 255 UTF-16 units, and each may stand percent-encoded as nine characters. */
const PARAM_MAX_LENGTH = 255 * 9;

const SECOND = 1000;
const log = new Logger('Http');

/** Fastify as we run it: no request log, no request ids, and every error it finds by itself is answered by us. */
export class HttpAdapter extends FastifyAdapter {
  readonly routes = new RouteTable();
  /** Replaced by {@link configureHttp} with one that knows every dialect of the application. */
  errorAnswer = new ErrorAnswer(new ErrorDialects(), this.routes);
  /** Replaced by {@link configureHttp} with those of the application. */
  anyCasePaths = new AnyCasePaths();
  /** Made by {@link configureHttp} where one is configured. */
  management: ManagementPort | null = null;
  /** Replaced in the same way. */
  servicePaths = new ServicePaths();
}

/** Makes the adapter `main.ts` and the tests create the application with. */
export function createHttpAdapter(config: AppConfig): HttpAdapter {
  const lingering = new LingeringClose();
  const unused = new UnusedConnections();
  const adapter: HttpAdapter = new HttpAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: config.http.trustProxy,
    // Slow senders are cut off. Both count from a request's first byte: an idle connection is theirs only while it
    // has not carried a request yet, and KEEP_ALIVE_MS may be far longer.
    requestTimeout: 30 * SECOND,
    keepAliveTimeout: config.http.keepAliveMs,
    logger: false,
    // Fastify's request ids are not used: an action has its own, an error gets one when it happens.
    genReqId: () => '',
    // While closing, requests on open connections are still served: what fails then is a 503 of our own.
    return503OnClosing: false,
    // Before anything looks at the path: route, guards, 405 and the dialect of errors follow the registered spelling.
    rewriteUrl: ({ url }: IncomingMessage) =>
      adapter.servicePaths.toServed(adapter.anyCasePaths.toRegistered(toOriginForm(url ?? '/'))),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: PARAM_MAX_LENGTH },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      adapter.errorAnswer.send(error, request, reply),
    clientErrorHandler: (error: Error & { code?: string }, socket: Socket) =>
      answerBrokenHttp(error, socket, lingering),
  });
  const { server } = adapter.getInstance();
  lingering.watch(server);
  unused.watch(server);
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    // Too much is refused before it is sent; the answer is the parser's, as it is without the question. A route that
    // streams invites by itself.
    if (mayContinueAtOnce(request)) response.writeContinue();
    server.emit('request', request, response);
  });
  adapter.getInstance().addHook('preClose', (done) => {
    lingering.stop();
    unused.close();
    done();
  });
  return adapter;
}

/** Answers what is not HTTP at all (a bad Content-Length, oversized headers): there is no request to answer yet. */
function answerBrokenHttp(error: Error & { code?: string }, socket: Socket, lingering: LingeringClose): void {
  // Answered already: more of the same arrived before it was taken from the parser.
  if (lingering.isClosing(socket) && error.code !== 'ECONNRESET' && error.code !== 'ERR_HTTP_REQUEST_TIMEOUT') return;
  // Node says it once for a request and goes on reading; a streamed body has its own limits.
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && isPatient(socket)) return;
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, reason, message } = describeBrokenHttp(error.code);
  const requestId = randomUUID();
  const { body, contentType } = renderUnionError(new RequestError(status, 'INVALID_REQUEST', message), requestId);
  httpRequests.inc({ route: NO_ROUTE, status });
  log.log({ message: 'Request refused', requestId, status, code: 'INVALID_REQUEST', method: null, route: null });
  const head = [`HTTP/1.1 ${status} ${reason}`, `Content-Type: ${contentType}`, 'Connection: close'];
  socket.write(`${head.join('\r\n')}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  lingering.close(socket);
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
