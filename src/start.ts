// In a bundle all decorators of a file run before the next file's, so what they write to must be there first.
import 'reflect-metadata';
import type { INestApplication } from '@nestjs/common';
import { keepCompiledCode } from './compiled-code.js';
import type { AppConfig } from './config/config.js';
import { readEnvironment, shareWithLibraries } from './config/env.js';
import { armFailpoints } from './config/failpoints.js';
import { loadConfig } from './config/load-config.js';
import type { RawEnvironment } from './config/parse-environment.js';
import { VERSION } from './config/version.js';
import { EmbeddedStart } from './database/embedded-start.js';
import type { HangUps } from './hang-ups.js';

/**
 * Reads the configuration, starts the service and arranges its end. A failed start is explained in words. The application
 * is loaded only after the embedded PostgreSQL has been asked to start: each takes about as long as the other.
 */
export async function start(hangUps: HangUps): Promise<void> {
  let database: EmbeddedStart | null = null;
  let app: INestApplication | null = null;
  try {
    const environment = readEnvironment();
    const loaded = loadConfig(environment);
    const { config } = loaded;
    armFailpoints(environment['FAILPOINTS'], config.environment);
    if (config.database.embedded) database = new EmbeddedStart(config.dataDir);
    await trace(config, environment);
    const [
      { createApp },
      { listenForOperators },
      { ServicesReload },
      { stopOnSignals },
      { shedBootGarbage },
      { announce },
    ] = await Promise.all([
      import('./boot.js'),
      import('./http/configure-http.js'),
      import('./reload/services-reload.js'),
      import('./stop-on-signals.js'),
      import('./shed-boot-garbage.js'),
      import('./announce.js'),
    ]);
    const created = await createApp(loaded, database);
    app = created;
    stopOnSignals(created, config.operations.shutdownGraceMs);
    await created.init();
    const reload = created.get(ServicesReload, { strict: false });
    hangUps.reloadBy(() => reload.request('SIGHUP'));
    await created.listen({ port: config.http.port, host: config.http.host });
    await listenForOperators(created, config);
    announce(loaded);
    // Both take a tenth of a second or more, and wait for a moment without work.
    void shedBootGarbage().then((idle) => {
      if (idle) keepCompiledCode();
    });
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    await app?.close().catch(() => undefined);
    await database?.stop().catch(() => undefined);
    process.exit(1);
  }
}

/** Not even the file that loads the SDK is loaded where nothing is traced. */
async function trace({ telemetry, role }: AppConfig, environment: RawEnvironment): Promise<void> {
  if (telemetry === null) return;
  shareWithLibraries(environment, 'OTEL_');
  const { startTelemetry } = await import('./telemetry/start-telemetry.js');
  await startTelemetry(telemetry, { version: VERSION, role });
}

/** Expected problems carry a code and say what to do; only the unexpected shows its stack. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return `Ricochet could not start: ${String(error)}`;
  const { code } = error as { code?: unknown };
  if (code === 'EADDRINUSE')
    return 'Ricochet could not start: the port is in use. Set PORT (or MANAGEMENT_PORT) to a free one, or end what listens there.';
  if (code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL')
    return `Ricochet could not start (${code}): this machine does not have the address to listen on. Set HOST to one of its own, 0.0.0.0 for every IPv4 address, or :: for IPv6 too.`;
  if (typeof code === 'string') return `Ricochet could not start (${code}).\n${error.message}`;
  return `Ricochet could not start.\n${error.stack ?? error.message}`;
}
