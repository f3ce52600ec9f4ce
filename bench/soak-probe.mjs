// Loaded into the service before its own code (--import), with --expose-gc: tells the soak what is left of the heap
// after a collection. The service itself knows nothing of it.
import { setImmediate as turn } from 'node:timers/promises';

process.on('message', (message) => {
  if (message === 'measure') void measure();
});
// The soak was killed: its service must not stay.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();

async function measure() {
  // Twice: what the first collection releases may hold buffers that only the second one finds.
  globalThis.gc();
  await turn();
  globalThis.gc();
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  process.send?.({ kind: 'memory', rss, heapUsed, external, arrayBuffers });
}
