import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import type { LoadedConfig } from './config/load-config.js';
import type { EmbeddedStart } from './database/embedded-start.js';
import { serveConsole } from './console/serve-console.js';
import { setUpApiDocument } from './http/api-document.js';
import { configureHttp } from './http/configure-http.js';
import { createHttpAdapter } from './http/http-adapter.js';
import { ServiceLogger } from './service-logger.js';

/**
 * The application, configured and not yet listening; tests start it the same way.
 * @param database the embedded PostgreSQL when its start has begun already
 */
export async function createApp(
  loaded: Pick<LoadedConfig, 'config' | 'secrets'>,
  database: EmbeddedStart | null = null,
): Promise<NestFastifyApplication> {
  const { config } = loaded;
  const module = AppModule.register(loaded, database);
  const app = await NestFactory.create<NestFastifyApplication>(module, createHttpAdapter(config), {
    logger: new ServiceLogger(config),
    // A missing database would look like a silent hang.
    bufferLogs: false,
    abortOnError: false,
  });
  await configureHttp(app, config);
  if (config.role !== 'worker') {
    setUpApiDocument(app, config);
    serveConsole(app);
  }
  return app;
}
