import helmet from '@fastify/helmet';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, RouteOptions } from 'fastify';
import type { AppConfig } from '../config/config.js';
import { AnyCasePaths } from './any-case-paths.js';
import { ErrorAnswer } from './error-answer.js';
import { ErrorDialects } from './error-dialects.js';
import { ErrorFilter } from './error.filter.js';
import { httpRequests, routeClassOf, startHttpSeries } from './http.metrics.js';
import type { HttpAdapter } from './http-adapter.js';
import { ManagementPort } from './management-port.js';
import { ServicePaths } from './service-paths.js';
import { BODY_LIMIT_BYTES, streamBodies } from './streamed-body.js';

/** Marks a route no browser ever shows: `@RouteConfig(MACHINE_ONLY)` saves the 60 µs that its security headers cost. */
export const MACHINE_ONLY: MachineOnly = Object.freeze({ machineOnly: true });

interface MachineOnly {
  readonly machineOnly: true;
}

/**
 * Puts body parsers, security headers and error answers on an application; call it before `init` or `listen`.
 * Bodies of every type stay a Buffer: they are parsed after the caller is authenticated, by the route.
 */
export async function configureHttp(app: NestFastifyApplication, config: AppConfig): Promise<void> {
  const adapter = app.getHttpAdapter() as unknown as HttpAdapter;
  const instance = adapter.getInstance();
  instance.removeAllContentTypeParsers();
  // By name as well as by wildcard: Fastify remembers the parser of a name, but searches for a wildcard each time.
  app.useBodyParser('application/json', { bodyLimit: BODY_LIMIT_BYTES }, keepRaw);
  app.useBodyParser('*', { bodyLimit: BODY_LIMIT_BYTES }, keepRaw);
  streamBodies(instance);
  if (config.http.managementPort !== null) adapter.management = new ManagementPort(instance);
  adapter.routes.watch(instance);
  instance.addHook('onRoute', (route) => {
    const { machineOnly } = (route.config ?? {}) as Partial<MachineOnly>;
    if (machineOnly === true) route.helmet = false;
  });
  countRequests(instance);
  adapter.anyCasePaths = app.get(AnyCasePaths, { strict: false });
  adapter.servicePaths = app.get(ServicePaths, { strict: false });
  adapter.errorAnswer = new ErrorAnswer(app.get(ErrorDialects, { strict: false }), adapter.routes);
  app.useGlobalFilters(new ErrorFilter(adapter.errorAnswer));
  await app.register(helmet, {
    contentSecurityPolicy: {
      // Swagger UI needs inline styles and scripts and a data: image; nothing comes from elsewhere.
      directives: {
        defaultSrc: [`'self'`],
        scriptSrc: [`'self'`, `'unsafe-inline'`],
        styleSrc: [`'self'`, `'unsafe-inline'`],
        imgSrc: [`'self'`, 'data:'],
        // The console's own requests go over http in development.
        upgradeInsecureRequests: config.environment === 'production' ? [] : null,
      },
    },
  });
}

/** Opens the port for operators where one is configured, beside the one that the application listens on. */
export async function listenForOperators(app: NestFastifyApplication, config: AppConfig): Promise<void> {
  const { management } = app.getHttpAdapter() as unknown as HttpAdapter;
  const { managementPort, host } = config.http;
  if (management !== null && managementPort !== null) await management.listen(managementPort, host);
}

type OnSend = Extract<NonNullable<RouteOptions['onSend']>, (...args: never[]) => unknown>;

/**
 * Counts each answer of a route by the route's class; what has no route is counted by {@link ErrorAnswer}. When it is
 * sent, not when it was: a listener for the end of each answer costs more than the count.
 */
function countRequests(instance: FastifyInstance): void {
  startHttpSeries();
  const counters = new Map<string, OnSend>();
  instance.addHook('onRoute', (route) => {
    const name = routeClassOf(route.url);
    let count = counters.get(name);
    if (count === undefined) counters.set(name, (count = counterOf(name)));
    const hooks = [route.onSend ?? []].flat();
    // Routes for HEAD are made from those for GET, with their hooks.
    if (!hooks.includes(count)) route.onSend = [...hooks, count];
  });
}

function counterOf(route: string): OnSend {
  return (_request: unknown, reply: FastifyReply, payload: unknown, done: (error: null, payload: unknown) => void) => {
    httpRequests.inc({ route, status: reply.statusCode });
    done(null, payload);
  };
}

function keepRaw(_request: unknown, body: Buffer, done: (error: Error | null, body?: unknown) => void): void {
  done(null, body);
}
