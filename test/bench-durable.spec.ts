import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from './support/service-process.js';

interface Install {
  readonly say: (line: string) => void;
  readonly cache: string;
  readonly install?: (folder: string, names: readonly string[]) => Promise<void>;
}
/** The bench is plain JavaScript. */
const load = async <Module>(file: string): Promise<Module> =>
  (await import(join(PROJECT_ROOT, 'bench', file))) as Module;

const { DURABLE_PACKAGES, installDurablePackages, refuseOldNode } = await load<{
  DURABLE_PACKAGES: Record<string, string>;
  installDurablePackages(options: Install): Promise<Record<string, string>>;
  refuseOldNode(version: string): string | null;
}>('durable-packages.mjs');
const { toNumbers } = await load<{ toNumbers(results: object): Record<string, unknown> }>('parts.mjs');

describe('the Node of the durable peers', () => {
  it.each([
    ['20.20.2', false],
    ['22.12.0', false],
    ['22.17.1', false],
    ['22.18.0', true],
    ['24.0.0', true],
    ['26.1.0', true],
  ])('%s is new enough: %s', (version, isNewEnough) => {
    const refusal = refuseOldNode(version);
    expect(refusal === null).toBe(isNewEnough);
    if (refusal !== null) expect(refusal).toMatch(new RegExp(`needs Node 22.18 .*${version}.*--node-bin`));
  });
});

describe('the packages of the durable peers', () => {
  let cache: string;
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);

  beforeEach(() => {
    said.length = 0;
    cache = mkdtempSync(join(tmpdir(), 'ricochet-peers-'));
  });
  afterEach(() => rmSync(cache, { recursive: true, force: true }));

  /** As npm leaves it. */
  const install =
    (versions = DURABLE_PACKAGES) =>
    (folder: string): Promise<void> => {
      for (const [name, version] of Object.entries(versions)) {
        const file = join(folder, 'node_modules', name, 'package.json');
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, JSON.stringify({ version, main: 'dist/index.js' }));
      }
      return Promise.resolve();
    };

  it('are pinned, installed once, and found again', async () => {
    for (const version of Object.values(DURABLE_PACKAGES)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    const modules = await installDurablePackages({ say, cache, install: install() });
    expect(Object.keys(modules)).toEqual(['pg-boss', 'graphile-worker']);
    expect(modules['pg-boss']).toMatch(/node_modules\/pg-boss\/dist\/index\.js$/);
    const again = await installDurablePackages({
      say,
      cache,
      install: () => Promise.reject(new Error('asked npm twice')),
    });
    expect(again).toEqual(modules);
    expect(said).toHaveLength(1);
    expect(readdirSync(cache)).toHaveLength(1);
  });

  it('are there whole or not at all', async () => {
    const broken = (folder: string): Promise<void> => {
      mkdirSync(join(folder, 'node_modules'));
      return Promise.reject(new Error('npm could not install: no network'));
    };
    await expect(installDurablePackages({ say, cache, install: broken })).rejects.toThrow('no network');
    expect(readdirSync(cache)).toEqual([]);
    await installDurablePackages({ say, cache, install: install() });
  });

  it('of another version are refused', async () => {
    const others = { ...DURABLE_PACKAGES, 'pg-boss': '12.0.0' };
    await expect(installDurablePackages({ say, cache, install: install(others) })).rejects.toThrow('is 12.0.0: remove');
  });
});

describe('the numbers of a run', () => {
  const ratio = (median: number): object => ({ median, min: median, max: median, values: [median] });

  it('name the ratio to each durable peer and the smaller one', () => {
    const durable = { ratio: ratio(4.1234), ratios: { pgBoss: ratio(4.5), graphile: ratio(4.1234) } };
    expect(toNumbers({ durable, apart: { ratio: ratio(1.2) } })).toMatchObject({
      durableRatio: 4.123,
      durable: { pgBoss: 4.5, graphile: 4.123 },
      endToEndApartRatio: 1.2,
      retentionCpuRatio: null,
    });
  });

  it('are null where nothing was measured', () => {
    expect(toNumbers({})).toMatchObject({ durableRatio: null, durable: { pgBoss: null, graphile: null } });
  });

  it('say how much less a removal costs than before', () => {
    const retention = {
      sides: { ricochet: { msPerAction: 0.04 } },
      walBytesPerAction: 3_000.4,
      beforeRatio: { median: 2, low: null, high: null, rounds: 3, confidence: null },
    };
    expect(toNumbers({ retention })).toMatchObject({
      retentionMsPerAction: 0.04,
      retentionWalBytes: 3_000,
      retentionCpuRatio: 0.5,
    });
  });
});
