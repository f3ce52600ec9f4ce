// The compiled service with one more delivery channel, which promises at most once: the service itself has such
// channels only for callbacks that somebody registered. Called with the compiled folder.
import 'reflect-metadata';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const load = (file) => import(pathToFileURL(join(process.argv[2], 'src', file)).href);
const { createApp } = await load('boot.js');
const { readEnvironment } = await load('config/env.js');
const { armFailpoints } = await load('config/failpoints.js');
const { loadConfig } = await load('config/load-config.js');
const { ChannelRegistry } = await load('delivery/channel-registry.js');
const { stopOnSignals } = await load('stop-on-signals.js');

const environment = readEnvironment();
const loaded = loadConfig(environment);
armFailpoints(environment.FAILPOINTS, loaded.config.environment);
const app = await createApp(loaded);
app.get(ChannelRegistry).register({
  key: 'fault-once',
  policy: {
    retryScheduleMs: [0],
    repeatLastDelay: false,
    inFlightPerDestination: 16,
    atMostOnce: true,
    hosts: null,
    httpsAlways: false,
  },
  prepare: (deliveries) =>
    Promise.resolve(new Map(deliveries.map(({ id }) => [id, { kind: 'ready', headers: { 'X-Request-Id': id } }]))),
  onSettled: () => Promise.resolve(),
});
stopOnSignals(app, loaded.config.operations.shutdownGraceMs);
await app.listen({ port: loaded.config.http.port, host: loaded.config.http.host });
