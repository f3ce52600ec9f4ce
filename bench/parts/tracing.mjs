// Traces of one request in a hundred, beside none: what they cost from end to end.
import { createServer } from 'node:http';
import { startService } from '../contenders.mjs';
import { alternate, measureEndToEnd } from '../rounds.mjs';

/**
 * The same service twice. The collector only takes what comes: a real one is another machine's. The ratio is the rate
 * with traces over the rate without.
 */
export async function measureTracingPart(world, { count, warmUpCount, connections, rounds }) {
  const collector = await startCollector();
  try {
    const tracing = {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.server.address().port}`,
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.01',
    };
    const starting = [
      () => startService(world, { name: 'traced', env: tracing }),
      () => startService(world, { name: 'untraced' }),
    ];
    return await world.with(starting, async (traced, untraced) => {
      const measure = (contender, actions) => measureEndToEnd(world, contender, { count: actions, connections });
      await measure(traced, warmUpCount);
      await measure(untraced, warmUpCount);
      const { sides, ratios } = await alternate(world, rounds, {
        traced: () => measure(traced, count),
        untraced: () => measure(untraced, count),
      });
      // Spans leave every five seconds: a run of some rounds without an export measured nothing.
      if (collector.exports() === 0) throw new Error('no span reached the collector');
      return { sides, ratio: ratios.untraced };
    });
  } finally {
    collector.server.closeAllConnections();
    collector.server.close();
  }
}

async function startCollector() {
  let exports = 0;
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => {
      exports += 1;
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, exports: () => exports };
}
