import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { AppConfig } from '../config/config.js';
import { fieldsText, isLogged, isWatched, type LogFields } from './log-line.js';

const FLUSH_AFTER_MS = 100;
/** About 64 kB: what a pipe takes at once. */
const LINES_MAX = 256;
const HEAD = `{"level":"log","pid":${process.pid},"timestamp":`;

/** Written as they are: nothing in them needs an escape. */
type TrafficEvent = 'accepted' | 'attempt';

/**
 * Writes a line per accepted action and per attempt, so that one id can be followed through every process. Lines are
 * kept for a tenth of a second and written together: one system call each cost more than the lines themselves. A process
 * that is killed takes at most these with it; the database has all they say.
 */
@Injectable()
export class TrafficLog implements OnApplicationShutdown {
  /** A maker of lines asks first: a line that is not written must cost nothing. */
  readonly enabled: boolean;
  private readonly watched: boolean;
  private lines: string[] = [];
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;

  constructor(config: AppConfig) {
    this.enabled = config.operations.logTraffic && isLogged(config, 'log');
    this.watched = isWatched(config);
  }

  /** @param fields ids and numbers, never values of people; undefined ones are left out. */
  add(message: TrafficEvent, fields: LogFields): void {
    if (!this.enabled) return;
    this.lines.push(this.watched ? personal(message, fields) : machine(message, fields));
    if (this.stopped || this.lines.length >= LINES_MAX) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), FLUSH_AFTER_MS).unref();
  }

  /** From now on nothing waits: other parts may still be writing what ended during the drain. */
  onApplicationShutdown(): void {
    this.stopped = true;
    this.flush();
  }

  private flush(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (this.lines.length === 0) return;
    const text = `${this.lines.join('\n')}\n`;
    this.lines = [];
    process.stdout.write(text);
  }
}

/** The members of every other line of the log, in their order. Joined, because one object of both kinds costs twice. */
function machine(message: TrafficEvent, fields: LogFields): string {
  const own = JSON.stringify(fields);
  const rest = own === '{}' ? '}' : `,${own.slice(1)}`;
  return `${HEAD}${Date.now()},"message":"${message}","context":"Traffic"${rest}`;
}

function personal(message: TrafficEvent, fields: LogFields): string {
  return `${new Date().toISOString()} LOG [Traffic] ${message}${fieldsText(fields)}`;
}
