import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Injectable, Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { Test } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppConfig } from './config.js';
import { RicochetConfigModule } from './config.module.js';
import { readEnvironment } from './env.js';
import { loadConfig } from './load-config.js';
import { Secrets } from './secrets.js';

@Injectable()
class SomebodysProvider {
  constructor(
    readonly config: AppConfig,
    readonly secrets: Secrets,
    readonly service: ConfigService,
  ) {}
}

@Module({ providers: [SomebodysProvider] })
class SomebodysModule {}

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ricochet-config-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('RicochetConfigModule', () => {
  it('gives every module the configuration, the secrets, and a ConfigService without secrets', async () => {
    const loaded = loadConfig({ DATA_DIR: folder, PORT: '4321' });
    const app = await Test.createTestingModule({
      imports: [RicochetConfigModule.register(loaded), SomebodysModule],
    }).compile();
    const provider = app.get(SomebodysProvider, { strict: false });
    expect(provider.config).toBe(loaded.config);
    expect(provider.secrets).toBe(loaded.secrets);
    expect(provider.service.get('http.port')).toBe(4321);
    expect(provider.service.get('PATH')).toBeUndefined();
    expect(provider.service.get('adminApiKeys')).toBeUndefined();
    await app.close();
  });
});

describe('readEnvironment', () => {
  it('puts the real environment over a .env file', () => {
    writeFileSync(join(folder, '.env'), 'PATH=/from/the/file\nRICOCHET_SPEC_ONLY="from the file"\n');
    const raw = readEnvironment(folder);
    expect(raw['RICOCHET_SPEC_ONLY']).toBe('from the file');
    expect(raw['PATH']).not.toBe('/from/the/file');
  });

  it('does without a .env file', () => {
    expect(readEnvironment(folder)['PATH']).toBeDefined();
  });
});
