import { Logger, type INestApplication } from '@nestjs/common';
import { Drain } from './queue/drain.js';

/**
 * npm passes Ctrl-C on to a process that had it from the terminal already. Within this time the same signal is the same key
 * press. Taken for a second one, every Ctrl-C behind `npm start` ended the service without draining, and left its
 * PostgreSQL running.
 */
const SAME_PRESS_MS = 500;

/** Stops gracefully on the first SIGTERM or SIGINT, at once on the second, and never later than the grace time. */
export function stopOnSignals(app: INestApplication, graceMs: number): void {
  const log = new Logger('Ricochet');
  let first: { readonly signal: NodeJS.Signals; readonly atMs: number } | null = null;
  const stop = (signal: NodeJS.Signals): void => {
    if (first !== null) {
      if (signal === first.signal && performance.now() - first.atMs < SAME_PRESS_MS) return;
      log.warn(`${signal} again: exiting at once; leases run out by themselves`);
      process.exit(1);
    }
    first = { signal, atMs: performance.now() };
    app.get(Drain).begin();
    log.log(`${signal}: draining, at most ${graceMs} ms`);
    setTimeout(() => {
      log.error('the grace time is over: exiting; leases run out by themselves');
      process.exit(1);
    }, graceMs).unref();
    app.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error(`could not close: ${(error as Error).message}`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
