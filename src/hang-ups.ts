import { closeSync, openSync } from 'node:fs';

/** The terminal that a process was started in, if any. */
export interface Terminal {
  readonly startedIn: boolean;
  isThere(): boolean;
}

const EXIT_CODE = 129;

const OWN_TERMINAL: Terminal = Object.freeze({
  startedIn: process.stdout.isTTY,
  isThere(): boolean {
    try {
      closeSync(openSync('/dev/tty', 'r'));
      return true;
    } catch {
      // For whatever reason it cannot be opened: nobody can end the process from there.
      return false;
    }
  },
});

/**
 * The answer of this process to SIGHUP: it reads its services again and lives on. The exception is a process that was
 * started in a terminal that has gone, which would go on unseen: that one stops.
 */
export class HangUps {
  private reload: (() => unknown) | null = null;
  private stop: () => void = () => process.exit(EXIT_CODE);
  private early = false;

  constructor(private readonly terminal: Terminal = OWN_TERMINAL) {}

  /** From now on the signal does not end the process. */
  listen(): this {
    process.on('SIGHUP', () => this.answer());
    return this;
  }

  answer(): void {
    if (this.terminal.startedIn && !this.terminal.isThere()) this.stop();
    else if (this.reload === null) this.early = true;
    else this.reload();
  }

  /** How the process stops. */
  stopBy(stop: () => void): void {
    this.stop = stop;
  }

  /** The process serves. A signal that came before counts now: what it is about may have been read already. */
  reloadBy(reload: () => unknown): void {
    this.reload = reload;
    if (this.early) reload();
  }
}
