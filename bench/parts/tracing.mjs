// Traces of one request in a hundred, beside none: what they cost from end to end.
import { createServer } from 'node:http';
import { startService } from '../contenders.mjs';
import { medianInterval } from '../statistics.mjs';
import { alternateAfresh, measureEndToEnd } from '../rounds.mjs';

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
    const contender = (name, env) => ({
      start: () => startService(world, { name, env }),
      warmUp: (started) => measureEndToEnd(world, started, { count: warmUpCount, connections }),
      measure: (started) => measureEndToEnd(world, started, { count, connections }),
    });
    const { sides, ratios } = await alternateAfresh(world, rounds, {
      traced: contender('traced', tracing),
      untraced: contender('untraced', {}),
    });
    // Spans leave every five seconds: a run of some rounds without an export measured nothing.
    if (collector.exports() === 0) throw new Error('no span reached the collector');
    return { sides, ratio: { ...ratios.untraced, interval: medianInterval(ratios.untraced.values) } };
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
