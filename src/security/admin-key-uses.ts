import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { AdminKeysRepository } from './admin-keys.repository.js';

const FLUSH_AFTER_MS = 10_000;

/** When each key was used last, written in one statement for the uses of ten seconds: a request waits for no write. */
@Injectable()
export class AdminKeyUses implements BeforeApplicationShutdown {
  private readonly log = new Logger('AdminKeys');
  private uses = new Map<string, Date>();
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly keys: AdminKeysRepository) {}

  note(id: string): void {
    this.uses.set(id, new Date());
    this.timer ??= setTimeout(() => void this.flush(), FLUSH_AFTER_MS).unref();
  }

  /** Writes what was noted. Uses that cannot be written are lost: the next one tells as much. */
  async flush(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (this.uses.size === 0) return;
    const uses = this.uses;
    this.uses = new Map();
    try {
      await this.keys.noteUses(uses);
    } catch (error) {
      this.log.warn(`The last uses of admin keys were not written: ${(error as Error).message}`);
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.flush();
  }
}
