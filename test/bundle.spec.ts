import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testEnvironment } from './support/app.js';
import { compiled, PROJECT_ROOT, ServiceProcess } from './support/service-process.js';
import { freePort } from '../simulator/free-port.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const run = promisify(execFile);
const BUNDLE = join(compiled('src/main.js'), '..', '..', 'bundle');

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ricochet-bundle-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The modules of the bundle by the file that they are in, with the sources that they were made from. */
function bundledSources(): Map<string, string[]> {
  const files = readdirSync(BUNDLE).filter((name) => name.endsWith('.maps'));
  return new Map(
    files.map((name) => {
      const [head = ''] = readFileSync(join(BUNDLE, name), 'utf8').split('\n', 1);
      const modules = JSON.parse(head) as [number, string][];
      return [name.slice(0, -'.maps'.length), modules.map(([, source]) => source)];
    }),
  );
}

/** The innermost package of a file, or null for one of ours. */
function packageOf(path: string): string | null {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? null;
}

describe('the bundle that is started', () => {
  it('names the lines of the sources in errors', async () => {
    // For each exported class and function of ours: the line of the bundle that declares it, and the line it is said to be from.
    const script = `
      const { readFileSync } = await import('node:fs');
      const { traceToSources } = await import(${JSON.stringify(compiled('src/source-maps.js'))});
      traceToSources();
      const said = [];
      for (const name of ${JSON.stringify([...bundledSources().keys()])}) {
        const file = ${JSON.stringify(`${BUNDLE}/`)} + name;
        readFileSync(file, 'utf8').split('\\n').forEach((text, row) => {
          const declared = /^(?:var (\\w+) = class|(?:async )?function (\\w+)\\()/.exec(text);
          if (declared === null) return;
          const place = file + ':' + (row + 1) + ':1';
          const frame = { getFileName: () => file, getLineNumber: () => row + 1, getColumnNumber: () => 1, toString: () => place };
          const line = Error.prepareStackTrace(new Error('made up'), [frame]).split('\\n    at ')[1];
          said.push([declared[1] ?? declared[2], line]);
        });
      }
      console.log(JSON.stringify(said));`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], { maxBuffer: 1e8 });
    const ours = (JSON.parse(stdout) as [string, string][]).filter(([, place]) =>
      place.startsWith(join(PROJECT_ROOT, 'src')),
    );
    const wrong = ours.filter(([name, place]) => {
      const [file = '', line = ''] = place.split(':');
      const plain = name.replace(/\$\d+$/, '');
      return !(readFileSync(file, 'utf8').split('\n')[Number(line) - 1] ?? '').includes(plain);
    });
    expect(wrong).toEqual([]);
    expect(ours.length).toBeGreaterThan(1_000);
  });

  it('has no copy of a class that providers of others import', () => {
    const code = [...bundledSources().keys()].map((name) => readFileSync(join(BUNDLE, name), 'utf8'));
    expect(code.filter((text) => text.includes('class EnrichmentError'))).toEqual([]);
    expect(code.some((text) => text.includes(`from "../src/enrichment/enrichment-provider.js"`))).toBe(true);
  });
});

describe('a build that is looked at before a start', () => {
  it('is made again when its bundle is missing, or when another way to bundle is there', async () => {
    const home = join(folder, 'checkout');
    const write = (file: string, text: string): void => {
      mkdirSync(dirname(join(home, file)), { recursive: true });
      writeFileSync(join(home, file), text);
    };
    for (const file of ['dist/src/main.js', 'dist/bundle/start.js', 'scripts/bundle.mjs', 'src/main.ts'])
      write(file, '');
    write('scripts/build-state.mjs', readFileSync(join(PROJECT_ROOT, 'scripts', 'build-state.mjs'), 'utf8'));
    const state = (await import(pathToFileURL(join(home, 'scripts', 'build-state.mjs')).href)) as {
      readonly findBuildReason: () => string | null;
      readonly hashSources: () => string;
      readonly stampBuild: (hash: string) => void;
    };
    state.stampBuild(state.hashSources());
    expect(state.findBuildReason()).toBeNull();

    write('scripts/bundle.mjs', '// another');
    expect(state.findBuildReason()).toBe('dist is older than the sources');

    state.stampBuild(state.hashSources());
    rmSync(join(home, 'dist', 'bundle'), { recursive: true });
    expect(state.findBuildReason()).toBe('dist is missing');
  });
});

describe('a service that was started from the bundle', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('loads no package twice, and of itself only what belongs outside', async () => {
    const list = join(folder, 'loaded.txt');
    const watch = join(folder, 'watch.mjs');
    const hooks = `import { appendFileSync } from 'node:fs';
      export function load(url, context, next) { appendFileSync(${JSON.stringify(list)}, url + '\\n'); return next(url, context); }`;
    // Hooks hear of imported modules; what is required lies in the cache of require.
    writeFileSync(
      watch,
      `import { appendFileSync } from 'node:fs';
       import { createRequire, register } from 'node:module';
       register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hooks)}));
       process.once('exit', () => {
         for (const file of Object.keys(createRequire(import.meta.url).cache)) appendFileSync(${JSON.stringify(list)}, file + '\\n');
       });`,
    );
    const service = new ServiceProcess({
      port: await freePort(),
      // Services that need no worker thread: hooks would hear of its modules, too.
      env: {
        SERVICES_DIR: join(PROJECT_ROOT, 'bench', 'services'),
        PROVIDER_MODULES: join(PROJECT_ROOT, 'bench', 'bench.provider.mjs'),
        ...testEnvironment({ databaseUrl: database.url }),
        // The check of answers loads packages of its own.
        NODE_OPTIONS: '',
      },
      nodeFlags: [`--import=${watch}`],
    });
    expect(await service.ready()).toBe(true);
    expect(await service.stop()).toMatchObject({ exitCode: 0 });

    const loaded = readFileSync(list, 'utf8').split('\n');
    const bundled = new Set([...bundledSources().values()].flat().map(packageOf));
    const { dependencies } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    const twice = Object.keys(dependencies).filter((name) => bundled.has(name) && loaded.map(packageOf).includes(name));
    // It keeps nothing, and was there twice before: class-validator requires it and we import it.
    expect(twice).toEqual(['libphonenumber-js']);
    const own = loaded.filter((url) => url.includes('/dist/src/')).map((url) => url.replace(/.*\/dist\/src\//, ''));
    expect(new Set(own)).toEqual(
      new Set([
        'main.js',
        'compiled-code.js',
        'config/command-flags.js',
        'hang-ups.js',
        'source-maps.js',
        'enrichment/enrichment-provider.js',
      ]),
    );
  });
});
