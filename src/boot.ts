import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { describeConfig, renderCurl } from './config/describe-config.js';
import { readEnvironment } from './config/env.js';
import { armFailpoints } from './config/failpoints.js';
import { type LoadedConfig, loadConfig } from './config/load-config.js';
import type { HangUps } from './hang-ups.js';
import { setUpApiDocument } from './http/api-document.js';
import { configureHttp } from './http/configure-http.js';
import { createHttpAdapter } from './http/http-adapter.js';
import { ServicesReload } from './reload/services-reload.js';
import { ServiceLogger } from './service-logger.js';
import { shedBootGarbage } from './shed-boot-garbage.js';
import { stopOnSignals } from './stop-on-signals.js';

/** Reads the configuration, starts the service and arranges its end. A failed start is explained in words. */
export async function boot(hangUps: HangUps): Promise<void> {
  let app: NestFastifyApplication | null = null;
  try {
    const environment = readEnvironment();
    const loaded = loadConfig(environment);
    armFailpoints(environment['FAILPOINTS'], loaded.config.environment);
    app = await createApp(loaded);
    stopOnSignals(app, loaded.config.operations.shutdownGraceMs);
    await app.init();
    const reload = app.get(ServicesReload, { strict: false });
    hangUps.reloadBy(() => reload.request('SIGHUP'));
    await shedBootGarbage();
    await app.listen({ port: loaded.config.http.port, host: loaded.config.http.host });
    announce(loaded);
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    await app?.close().catch(() => undefined);
    process.exit(1);
  }
}

/** The application, configured and not yet listening; tests start it the same way. */
export async function createApp(loaded: Pick<LoadedConfig, 'config' | 'secrets'>): Promise<NestFastifyApplication> {
  const { config } = loaded;
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.register(loaded), createHttpAdapter(config), {
    logger: new ServiceLogger(config),
    // A missing database would look like a silent hang.
    bufferLogs: false,
    abortOnError: false,
  });
  await configureHttp(app, config);
  if (config.role !== 'worker') setUpApiDocument(app, config);
  return app;
}

function announce(loaded: LoadedConfig): void {
  const { config, secrets, warnings, generated } = loaded;
  const log = new Logger('Ricochet');
  for (const warning of warnings) log.warn(warning);
  log.log({
    message: `listening on ${config.http.publicUrl} as ${config.role}`,
    configuration: describeConfig(config, secrets),
  });
  if (config.environment !== 'development' || config.role === 'worker') return;
  const lines = [
    '',
    `Ricochet listens on ${config.http.publicUrl} (development: nothing leaves this machine).`,
    ...(generated === null
      ? []
      : [`  Keys: ${generated.path} (${generated.created ? 'made now' : 'from an earlier start'})`]),
    `  API key of callers:  ${secrets.inboundApiKeys[0] ?? 'none'}`,
    `  API key of admins:   ${secrets.adminApiKeys[0] ?? 'none'}`,
    `  API document:        ${config.http.publicUrl}/docs`,
    '  Start the simulator in another terminal (npm run simulate -- --serve), then try:',
    '',
    renderCurl(config, secrets),
    '',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Expected problems carry a code and say what to do; only the unexpected shows its stack. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return `Ricochet could not start: ${String(error)}`;
  const { code } = error as { code?: unknown };
  if (code === 'EADDRINUSE')
    return 'Ricochet could not start: the port is in use. Set PORT to a free one, or end what listens there.';
  if (code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL')
    return `Ricochet could not start (${code}): this machine does not have the address to listen on. Set HOST to one of its own, 0.0.0.0 for every IPv4 address, or :: for IPv6 too.`;
  if (typeof code === 'string') return `Ricochet could not start (${code}).\n${error.message}`;
  return `Ricochet could not start.\n${error.stack ?? error.message}`;
}
