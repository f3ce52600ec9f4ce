import type { LoggerService } from '@nestjs/common';

/** A line that the service would log. */
export interface LogLine {
  readonly level: 'error' | 'warn' | 'log';
  readonly message: string;
}

/** Keeps what the service would log, so that a command can say it in its own place. */
export class QuietLogger implements LoggerService {
  readonly lines: LogLine[] = [];

  log(message: unknown, ...rest: unknown[]): void {
    // The framework tells of each module and route that it makes.
    const [context] = rest.slice(-1);
    if (typeof context === 'string' && FRAMEWORK.has(context)) return;
    this.lines.push({ level: 'log', message: textOf(message) });
  }

  warn(message: unknown): void {
    this.lines.push({ level: 'warn', message: textOf(message) });
  }

  error(message: unknown): void {
    this.lines.push({ level: 'error', message: textOf(message) });
  }
}

const FRAMEWORK: ReadonlySet<string> = new Set(['NestFactory', 'InstanceLoader', 'ExceptionHandler']);

/** Lines of an action are objects with a message among ids. */
function textOf(message: unknown): string {
  if (typeof message === 'string') return message;
  const { message: text } = (message ?? {}) as { message?: unknown };
  return typeof text === 'string' ? text : JSON.stringify(message);
}
