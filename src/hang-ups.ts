import { closeSync, openSync } from 'node:fs';

/** The terminal that a process was started in, if any. */
export interface Terminal {
  readonly startedIn: boolean;
  isThere(): boolean;
}

const OWN_TERMINAL: Terminal = Object.freeze({
  startedIn: process.stdout.isTTY,
  isThere(): boolean {
    try {
      closeSync(openSync('/dev/tty', 'r'));
      return true;
    } catch {
      // For whatever reason it cannot be opened: the process cannot be ended from there any more.
      return false;
    }
  },
});

/**
 * The answer of this process to SIGHUP: it reads its services again and lives on. The exception is a process that was
 * started in a terminal that has gone. It ends as it always did: a drain would fail at its first line of the log.
 */
export class HangUps {
  private reload: (() => unknown) | null = null;
  private early = false;
  private readonly answering = (): void => this.answer();

  constructor(
    private readonly terminal: Terminal = OWN_TERMINAL,
    private readonly end: () => void = () => process.kill(process.pid, 'SIGHUP'),
  ) {}

  /** From now on the signal does not end the process. */
  listen(): this {
    process.on('SIGHUP', this.answering);
    return this;
  }

  answer(): void {
    if (this.terminal.startedIn && !this.terminal.isThere()) {
      process.off('SIGHUP', this.answering);
      this.end();
    } else if (this.reload === null) this.early = true;
    else this.reload();
  }

  /** The process serves. A signal that came before counts now: what it is about may have been read already. */
  reloadBy(reload: () => unknown): void {
    this.reload = reload;
    if (this.early) reload();
  }
}
