import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { AppConfig } from '../config/config.js';
import { printOf } from './folder-print.js';
import { ServicesReload } from './services-reload.js';

const LOOK_MS = 500;
/** Looks in a row without a change after which the folder is at rest: editors and volumes write several files. */
const QUIET_LOOKS = 2;
/** A refused folder is read again: its files may be readable by now, and its secrets set. */
const RETRY_MS = 30_000;

/**
 * Looks for changes of the folder and has it read when it is at rest. It looks twice a second, as `fs.watch` lost: it sees
 * nothing on network drives, and on a volume of Kubernetes only the swap of a hidden link.
 */
@Injectable()
export class FolderWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | null = null;
  private looking = false;
  private last = '';
  private quietLooks = 0;
  /** The folder as it was last read; null: the start may have read another one. */
  private read: string | null = null;
  private readAtMs = 0;

  constructor(
    private readonly config: AppConfig,
    private readonly reload: ServicesReload,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.catalog.reload !== 'watch') return;
    this.timer = setInterval(() => void this.look(), LOOK_MS);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }

  private async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      const print = await printOf(this.config.catalog.servicesDir);
      this.quietLooks = print === this.last ? this.quietLooks + 1 : 0;
      this.last = print;
      if (this.quietLooks < QUIET_LOOKS) return;
      const isRetry = print === this.read;
      if (isRetry && (this.reload.refused === null || performance.now() - this.readAtMs < RETRY_MS)) return;
      this.read = print;
      await this.reload.request(isRetry ? 'retry' : 'change');
      this.readAtMs = performance.now();
    } finally {
      this.looking = false;
    }
  }
}
