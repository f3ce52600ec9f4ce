// Loaded into the service before its own code (--import): tells what is left of its memory after a collection. The
// service itself knows nothing of it.
import { Session } from 'node:inspector/promises';
import { setImmediate as turn } from 'node:timers/promises';

process.on('message', (message) => {
  if (message === 'measure') void measure();
});
// The soak was killed: its service must not stay.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();

async function measure() {
  const session = new Session();
  session.connect();
  // Twice: what the first collection releases may hold buffers that only the second one finds.
  await session.post('HeapProfiler.collectGarbage');
  await turn();
  await session.post('HeapProfiler.collectGarbage');
  session.disconnect();
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  process.send?.({ kind: 'memory', rss, heapUsed, external, arrayBuffers });
}
