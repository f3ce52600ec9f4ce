import 'reflect-metadata';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Runs the compiled service, whose folder is the program's argument, with what a test changes about it.
 * @param alter called before it listens with the application, a loader of compiled files, and the environment
 */
export async function runAltered(alter) {
  const load = (file) => import(pathToFileURL(join(process.argv[2], 'src', file)).href);
  const { createApp } = await load('boot.js');
  const { readEnvironment } = await load('config/env.js');
  const { armFailpoints } = await load('config/failpoints.js');
  const { loadConfig } = await load('config/load-config.js');
  const { stopOnSignals } = await load('stop-on-signals.js');
  const environment = readEnvironment();
  const loaded = loadConfig(environment);
  armFailpoints(environment.FAILPOINTS, loaded.config.environment);
  const app = await createApp(loaded);
  await alter({ app, load, environment });
  stopOnSignals(app, loaded.config.operations.shutdownGraceMs);
  await app.listen({ port: loaded.config.http.port, host: loaded.config.http.host });
}
