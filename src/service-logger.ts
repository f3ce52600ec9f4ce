import { ConsoleLogger } from '@nestjs/common';
import type { AppConfig } from './config/config.js';
import { fieldsText, isWatched, LOG_LEVELS, toMessage } from './logging/log-line.js';
import { tracing } from './telemetry/current-tracing.js';

/** Nest's lines about every module and route at boot: sixty lines that hide the one a person looks for. */
const CHATTER = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestFactory', 'NestApplication']);

type JsonLine = ReturnType<ConsoleLogger['getJsonLogObject']>;

/**
 * One JSON object a line, unless a person watches a development terminal; Nest's own boot lines only at debug. `message`
 * is always a text, and fields stand beside it: a log store gives a member one type and refuses lines with another.
 */
export class ServiceLogger extends ConsoleLogger {
  constructor(config: AppConfig) {
    super({
      json: !isWatched(config),
      logLevels: LOG_LEVELS.slice(0, LOG_LEVELS.indexOf(config.operations.logLevel) + 1),
    });
  }

  override log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    if (typeof context === 'string' && CHATTER.has(context)) this.debug(message, ...rest);
    else super.log(message, ...rest);
  }

  protected override getJsonLogObject(...[message, options]: Parameters<ConsoleLogger['getJsonLogObject']>): JsonLine {
    const { text, fields } = toMessage(message);
    // The logger's own members win: a field must not pass for the line's level or time.
    return { ...fields, ...tracing?.fieldsOf(fields['requestId']), ...super.getJsonLogObject(text, options) };
  }

  protected override stringifyMessage(...[message, level]: Parameters<ConsoleLogger['stringifyMessage']>): string {
    const { text, fields } = toMessage(message);
    return super.stringifyMessage(text + fieldsText(fields), level);
  }
}
