import type { Socket } from 'node:net';
import type { AttemptTiming } from './answer.js';

/** Where a connection stands, or where it failed. */
export type ConnectionPhase = 'dns' | 'connect' | 'tls' | 'open';

/** The clock of one connection, from the first look-up to the moment it can carry requests. */
export class ConnectionTiming {
  private readonly startedAt = performance.now();
  private lookedUpAt: number | null = null;
  private connectedAt: number | null = null;
  private openAt: number | null = null;
  private secured = false;
  private address: string | null = null;
  private told = false;

  /** Follows the socket through its phases. A look-up is skipped for addresses, TLS for http. */
  observe(socket: Socket, secure: boolean): void {
    this.secured = secure;
    // Prepended: undici's own listener on the same event already writes the request.
    // It comes once per address when there are several; the first says that the resolver answered.
    socket.prependOnceListener('lookup', (error: Error | null) => {
      if (error === null) this.lookedUpAt = performance.now();
    });
    socket.prependOnceListener('connect', () => {
      this.connectedAt = performance.now();
      this.address = socket.remoteAddress ?? null;
      if (!secure) this.openAt = this.connectedAt;
    });
    if (secure) socket.prependOnceListener('secureConnect', () => (this.openAt = performance.now()));
  }

  get remoteAddress(): string | null {
    return this.address;
  }

  /** The phase under way; `named` tells whether the host needs a look-up. */
  phase(named: boolean): ConnectionPhase {
    if (this.openAt !== null) return 'open';
    if (this.connectedAt !== null) return 'tls';
    return named && this.lookedUpAt === null ? 'dns' : 'connect';
  }

  /** The split, for the first request over the connection only: for the later ones it is not theirs. */
  takeSplit(): Pick<AttemptTiming, 'dnsMs' | 'connectMs' | 'tlsMs'> | null {
    if (this.told || this.connectedAt === null) return null;
    this.told = true;
    return {
      dnsMs: this.lookedUpAt === null ? null : elapsed(this.startedAt, this.lookedUpAt),
      connectMs: elapsed(this.lookedUpAt ?? this.startedAt, this.connectedAt),
      tlsMs: this.secured && this.openAt !== null ? elapsed(this.connectedAt, this.openAt) : null,
    };
  }
}

/** Milliseconds between two moments of `performance.now()`, to a tenth. */
export function elapsed(fromMs: number, toMs: number): number {
  return Math.max(Math.round((toMs - fromMs) * 10) / 10, 0);
}
