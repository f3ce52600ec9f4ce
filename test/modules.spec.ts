import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DynamicModule, Type } from '@nestjs/common';
import { GLOBAL_MODULE_METADATA, MODULE_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppModule } from '../src/app.module.js';
import { type LoadedConfig, loadConfig } from '../src/config/load-config.js';
import { EraseSweeper } from '../src/erasure/erase.sweeper.js';
import { BulkRecoverySweeper } from '../src/resend/bulk-recovery.sweeper.js';
import { testEnvironment } from './support/app.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const SRC = join(import.meta.dirname, '..', 'src');

/** Every module class of the service, found by file so that a new one is tested without being named. */
async function findModules(): Promise<{ file: string; module: Type }[]> {
  const found: { file: string; module: Type }[] = [];
  for (const file of readdirSync(SRC, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!file.endsWith('.module.ts') || file === 'app.module.ts') continue;
    const exported = (await import(pathToFileURL(join(SRC, file)).href)) as Record<string, unknown>;
    for (const [name, value] of Object.entries(exported)) {
      if (name.endsWith('Module') && typeof value === 'function') found.push({ file, module: value as Type });
    }
  }
  return found;
}

const MODULES = await findModules();

let database: TestDatabase;
let dataDir: string;
let loaded: LoadedConfig;

beforeAll(async () => {
  database = await createTestDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'ricochet-modules-'));
  loaded = loadConfig({
    ...testEnvironment({ databaseUrl: database.url, env: { DATABASE_POOL: '2' } }),
    DATA_DIR: dataDir,
  });
});
afterAll(async () => {
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

type Imported = Type | DynamicModule;

const classOf = (imported: Imported): Type => ('module' in imported ? imported.module : imported);

/** Global by decorator, or by the way it is registered. */
function isGlobal(imported: Imported): boolean {
  if ('module' in imported && imported.global === true) return true;
  return Reflect.getMetadata(GLOBAL_MODULE_METADATA, classOf(imported)) === true;
}

const importsOfApplication = (): Imported[] => (AppModule.register(loaded).imports ?? []) as Imported[];

describe('a module', () => {
  it('is found in every folder that has one', () => {
    expect(MODULES.map(({ module }) => module.name)).toEqual(
      expect.arrayContaining(['IntakeModule', 'DeliveryModule']),
    );
    expect(new Set(MODULES.map(({ file }) => join(file, '..'))).size).toBe(MODULES.length);
  });

  it.each(MODULES.map(({ module }) => [module.name, module] as const))(
    '%s compiles with the global ones and no other',
    async (_name, module) => {
      // As the application imports it: some are registered with the configuration.
      const imported = importsOfApplication();
      const itself = imported.find((one) => classOf(one) === module) ?? module;
      const imports = [...new Set([...imported.filter(isGlobal), itself])];
      const compiled = await Test.createTestingModule({ imports }).compile();
      try {
        expect(compiled.get(module, { strict: false })).toBeInstanceOf(module);
      } finally {
        await compiled.close();
      }
    },
  );

  it.each(MODULES.map(({ module }) => [module.name, module] as const))(
    '%s is part of the application',
    (_name, module) => {
      const direct = importsOfApplication();
      const nested = direct.flatMap((one) => [
        ...(('module' in one ? one.imports : undefined) ?? []),
        ...((Reflect.getMetadata(MODULE_METADATA.IMPORTS, classOf(one)) ?? []) as Imported[]),
      ]) as Imported[];
      expect([...direct, ...nested].map(classOf)).toContain(module);
    },
  );
});

describe('the routes under /admin', () => {
  const controllers = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.controller.ts'))
    .map((file) => ({ file, text: readFileSync(join(SRC, file), 'utf8') }));

  it('live with their features: those of admin/ look across features, and change nothing', () => {
    const own = controllers.filter(({ file }) => file.startsWith('admin/'));
    expect(own.length).toBeGreaterThan(0);
    const changing = own.filter(({ text }) => /@(Post|Put|Patch|Delete|All)\(/.test(text));
    expect(changing.map(({ file }) => file)).toEqual([]);
  });

  it('ask for an admin key', () => {
    const open = controllers.filter(
      ({ text }) => /@Controller\('admin\b/.test(text) && !text.includes('@UseGuards(AdminGuard)'),
    );
    expect(open.map(({ file }) => file)).toEqual([]);
  });

  it('are not of a worker, which runs the loops of the features all the same', async () => {
    const config = { ...loaded.config, role: 'worker' as const };
    const imports = [AppModule.register({ ...loaded, config })];
    const worker = await Test.createTestingModule({ imports }).compile();
    try {
      const modules = [...worker.get(ModulesContainer).values()];
      const served = modules.flatMap(({ controllers: own }) => [...own.values()].map(({ metatype }) => metatype));
      const paths = served.map((one) => String(Reflect.getMetadata(PATH_METADATA, one as Type)));
      expect(paths).toContain('metrics');
      expect(paths.filter((path) => path.startsWith('admin'))).toEqual([]);
      for (const sweeper of [BulkRecoverySweeper, EraseSweeper]) {
        expect(worker.get(sweeper, { strict: false })).toBeInstanceOf(sweeper);
      }
    } finally {
      await worker.close();
    }
  });
});
