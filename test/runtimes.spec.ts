import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from './support/service-process.js';

interface Runtimes {
  readonly RUNTIMES: Readonly<Record<string, string>>;
  readonly MAIN_RUNTIME: number;
  readMajors(text: string | null): number[];
  environmentOf(program: string, environment: Record<string, string>): Record<string, string>;
  fetchRuntime(
    version: string,
    options: {
      say: (line: string) => void;
      install: (folder: string, name: string) => Promise<void>;
      cache: string;
    },
  ): Promise<string>;
}

const { RUNTIMES, MAIN_RUNTIME, readMajors, environmentOf, fetchRuntime } = (await import(
  join(PROJECT_ROOT, 'scripts', 'runtimes.mjs')
)) as Runtimes;
const read = (file: string): string => readFileSync(join(PROJECT_ROOT, file), 'utf8');

describe('the runtimes that are tried', () => {
  it('begin with the oldest that package.json allows', () => {
    const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
    expect(Object.values(RUNTIMES)[0]).toMatch(new RegExp(`^${engines.node.replace('>=', '').replace('.', '\\.')}\\.`));
  });

  it('have the one of the image as the main one', () => {
    const dockerfile = read('Dockerfile');
    expect(/^ARG NODE_IMAGE=node:(\d+)/m.exec(dockerfile)?.[1]).toBe(String(MAIN_RUNTIME));
    const images = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
    expect(new Set(images)).toEqual(new Set(['${NODE_IMAGE}']));
  });

  it('are chosen by major version', () => {
    expect(readMajors(null)).toEqual([20, 22, 24, 26]);
    expect(readMajors('20, 26')).toEqual([20, 26]);
  });

  it.each(['', '18', '24.21.0', '20,,22', 'latest', 'toString'])('are not chosen by "%s"', (text) => {
    expect(() => readMajors(text)).toThrow(/--only takes versions out of 20, 22, 24, 26/);
  });

  it('are tried in a short form by what CI runs', () => {
    expect(read('.ci/run')).toContain('npm run --silent test:runtimes -- --short');
  });
});

describe('fetching a runtime', () => {
  let cache: string;
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);

  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), 'ricochet-runtimes-'));
    said.length = 0;
  });
  afterEach(() => rmSync(cache, { recursive: true, force: true }));

  function put(folder: string, name: string): void {
    const program = join(folder, 'node_modules', name.slice(0, name.lastIndexOf('@')), 'bin', 'node');
    mkdirSync(dirname(program), { recursive: true });
    writeFileSync(program, '');
  }

  it('installs once, and leaves nothing beside', async () => {
    const asked: string[] = [];
    const install = (folder: string, name: string): Promise<void> => {
      asked.push(name);
      put(folder, name);
      return Promise.resolve();
    };
    const first = await fetchRuntime('24.21.0', { say, install, cache });
    expect(await fetchRuntime('24.21.0', { say, install, cache })).toBe(first);
    expect(asked).toEqual([`node-${process.platform}-${process.arch}@24.21.0`]);
    expect(said).toHaveLength(1);
    expect(readdirSync(cache)).toEqual([`node-${process.platform}-${process.arch}@24.21.0`]);
    expect(environmentOf(first, { PATH: '/usr/bin' })['PATH']).toBe(`${dirname(first)}:/usr/bin`);
  });

  it('keeps no half of a failed download, and tries again', async () => {
    const broken = (): Promise<void> => Promise.reject(new Error('no network'));
    await expect(fetchRuntime('24.21.0', { say, install: broken, cache })).rejects.toThrow('no network');
    expect(readdirSync(cache)).toEqual([]);
    const empty = (): Promise<void> => Promise.resolve();
    await expect(fetchRuntime('24.21.0', { say, install: empty, cache })).rejects.toThrow('has no program');
  });
});
