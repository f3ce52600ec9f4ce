// Traces of one request in a hundred, beside none: what they cost from end to end.
import { createServer } from 'node:http';
import { startService } from '../contenders.mjs';
import { alternateAfresh } from '../rounds.mjs';

/**
 * The same service twice. The collector only takes what comes: a real one is another machine's. The ratio is the rate
 * with traces over the rate without.
 */
export async function measureTracingPart(world, sizes) {
  const collector = await startCollector();
  try {
    const tracing = {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.server.address().port}`,
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.01',
    };
    const { sides, ratios } = await alternateAfresh(world, sizes.rounds, sizes, {
      traced: () => startService(world, { name: 'traced', env: tracing }),
      untraced: () => startService(world, { name: 'untraced' }),
    });
    // Spans leave every five seconds: a run of some rounds without an export measured nothing.
    if (collector.exports() === 0) throw new Error('no span reached the collector');
    return { sides, ratio: ratios.untraced };
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
