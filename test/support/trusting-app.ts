import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoggerService } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { AppModule } from '../../src/app.module.js';
import { loadConfig } from '../../src/config/load-config.js';
import { DeliveryClient } from '../../src/delivery/delivery-client.js';
import { serveConsole } from '../../src/console/serve-console.js';
import { setUpApiDocument } from '../../src/http/api-document.js';
import { configureHttp } from '../../src/http/configure-http.js';
import { createHttpAdapter } from '../../src/http/http-adapter.js';
import { AddressPolicy } from '../../src/security/address-policy.js';
import { type AppOptions, testEnvironment } from './app.js';

/** A service in this process that trusts a test's authority and keeps what it logs. */
export interface TrustingApp {
  readonly app: NestFastifyApplication;
  readonly url: string;
  /** Every line logged, of every level, with all its arguments. */
  readonly logged: readonly string[];
  close(): Promise<void>;
}

/** Starts the whole application; the delivery client trusts `ca` and nobody else. */
export async function startTrustingApp(options: AppOptions & { readonly ca: string }): Promise<TrustingApp> {
  const dataDir = mkdtempSync(join(tmpdir(), 'ricochet-app-'));
  const loaded = loadConfig({ DATA_DIR: dataDir, ...testEnvironment(options) });
  const logged: string[] = [];
  const module = await Test.createTestingModule({ imports: [AppModule.register(loaded)] })
    .overrideProvider(DeliveryClient)
    .useFactory({
      factory: (policy: AddressPolicy) => new DeliveryClient(policy, { ca: options.ca }),
      inject: [AddressPolicy],
    })
    .compile();
  const app = module.createNestApplication<NestFastifyApplication>(createHttpAdapter(loaded.config), {
    logger: keeperOf(logged),
  });
  await configureHttp(app, loaded.config);
  setUpApiDocument(app, loaded.config);
  serveConsole(app);
  await app.listen(0, '127.0.0.1');
  return {
    app,
    url: `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`,
    logged,
    close: async () => {
      await app.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function keeperOf(lines: string[]): LoggerService {
  const keep = (...parts: unknown[]): void => void lines.push(parts.map(textOf).join(' '));
  return { log: keep, error: keep, warn: keep, debug: keep, verbose: keep, fatal: keep };
}

function textOf(part: unknown): string {
  if (part instanceof Error) return `${part.message} ${part.stack ?? ''}`;
  return typeof part === 'string' ? part : (JSON.stringify(part) ?? '');
}
