import { ConsoleLogger } from '@nestjs/common';
import type { AppConfig, LogLevelName } from './config/config.js';

const LEVELS: readonly LogLevelName[] = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'];

/** What Nest says of every module and route at boot: sixty lines that hide the one a person looks for. */
const CHATTER = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestFactory', 'NestApplication']);

/** One JSON object a line, unless a person watches a development terminal; Nest's own boot lines only at debug. */
export class ServiceLogger extends ConsoleLogger {
  constructor(config: AppConfig) {
    const isWatched = config.environment === 'development' && process.stdout.isTTY;
    super({
      json: !isWatched,
      logLevels: LEVELS.slice(0, LEVELS.indexOf(config.operations.logLevel) + 1),
    });
  }

  override log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    if (typeof context === 'string' && CHATTER.has(context)) this.debug(message, ...rest);
    else super.log(message, ...rest);
  }
}
