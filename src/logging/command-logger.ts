import { ConsoleLogger } from '@nestjs/common';
import type { AppConfig } from '../config/config.js';

/**
 * The logger of a command that ends. Its lines are its answer, so LOG_LEVEL leaves none out. In production one JSON object a
 * line, as the service writes them; colours only where a person looks.
 */
export function commandLogger({ environment }: Pick<AppConfig, 'environment'>): ConsoleLogger {
  return new ConsoleLogger({
    json: environment === 'production',
    colors: process.stdout.isTTY && environment !== 'production',
  });
}
