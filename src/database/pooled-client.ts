import { Client, type ClientConfig } from 'pg';

/** A class of connections to wherever the server is when they are made: the embedded one may come back on another port. */
export function clientOf(currentUrl: () => string): typeof PooledClient {
  return class extends PooledClient {
    constructor(config?: string | ClientConfig) {
      super({ ...(typeof config === 'string' ? {} : config), connectionString: currentUrl() });
    }
  };
}

/**
 * A broken connection never ends the process: it hears its own errors from birth to death.
 *
 * The pool listens while a connection is idle, its holder listens afterwards, and between the two there is
 * a gap: a server that ends a session the moment it is ready sends both in one packet, and the second message is
 * emitted before the promise of `connect` has told anybody of the first.
 */
export class PooledClient extends Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    // Nothing to do here: the statement under way, or else the next one, fails with it.
    this.on('error', () => undefined);
  }
}
