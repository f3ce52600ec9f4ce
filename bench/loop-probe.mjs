// Loaded into the service before its own code (--import): tells how late its main loop was between two messages. Does
// nothing until asked.
import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 5;
const NS_PER_MS = 1e6;

let monitor = null;

process.on('message', (message) => {
  if (message?.kind === 'loop-start') start();
  if (message?.kind === 'loop-stop') stop();
});
process.channel?.unref();

function start() {
  monitor?.disable();
  monitor = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  monitor.enable();
  process.send?.({ kind: 'loop-started' });
}

function stop() {
  monitor.disable();
  // The monitor's own interval is part of what it measures.
  const lateMs = (ns) => Math.max(ns / NS_PER_MS - RESOLUTION_MS, 0);
  const { max } = monitor;
  const percentile = (share) => lateMs(monitor.percentile(share));
  process.send?.({ kind: 'loop', p50Ms: percentile(50), p99Ms: percentile(99), maxMs: lateMs(max) });
}
