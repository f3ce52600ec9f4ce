import { Logger, type INestApplication } from '@nestjs/common';
import { Drain } from './queue/drain.js';

/** Stops gracefully on the first SIGTERM or SIGINT, at once on the second, and never later than the grace time. */
export function stopOnSignals(app: INestApplication, graceMs: number): void {
  const log = new Logger('Ricochet');
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) {
      log.warn(`${signal} again: exiting at once; leases run out by themselves`);
      process.exit(1);
    }
    stopping = true;
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
