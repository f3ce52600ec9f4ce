// The compiled service with one more delivery channel, which promises at most once: the service itself has such
// channels only for callbacks that somebody registered. Called with the compiled folder.
import { runAltered } from '../support/altered-service.mjs';

await runAltered(async ({ app, load }) => {
  const { ChannelRegistry } = await load('delivery/channel-registry.js');
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
});
