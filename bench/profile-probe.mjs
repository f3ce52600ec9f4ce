// Loaded into the service before its own code (--import): profiles its CPU between two messages. Does nothing, and
// costs nothing, until asked.
import { writeFile } from 'node:fs/promises';

let session = null;

process.on('message', (message) => {
  if (message?.kind === 'profile-start') void start();
  if (message?.kind === 'profile-stop') void stop(message.file);
});

async function start() {
  const { Session } = await import('node:inspector/promises');
  session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 250 });
  await session.post('Profiler.start');
  process.send?.({ kind: 'profiling' });
}

async function stop(file) {
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  await writeFile(file, JSON.stringify(profile));
  process.send?.({ kind: 'profiled', file });
}
