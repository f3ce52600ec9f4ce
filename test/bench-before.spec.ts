import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compiled, machineEnvironment, PROJECT_ROOT } from './support/service-process.js';

interface Interval {
  readonly median: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly rounds: number;
  readonly confidence: number | null;
}
interface Round {
  readonly perSecond: number;
  readonly problems: readonly string[];
}
interface Costly {
  readonly cpu: { readonly serviceMs: number; readonly postgresMs: number };
}
/** The bench is plain JavaScript. */
const load = async <Module>(file: string): Promise<Module> =>
  (await import(join(PROJECT_ROOT, 'bench', file))) as Module;

const statistics = await load<{ medianInterval(values: readonly number[]): Interval }>('statistics.mjs');
const builds = await load<{ openBuild(folder: string): { dist: string; startFlags: string[] } }>('builds.mjs');
const before = await load<{
  beforeRounds(rounds: number): number;
  compareToBefore(now: readonly Round[], before: readonly Round[]): Interval;
  cpuRatio(now: Costly, before: Costly): number;
}>('before.mjs');

describe('the interval of a median', () => {
  // Ranks and confidence as in tables of the sign test's interval.
  it.each([
    [6, 1, 6, 0.9688],
    [9, 2, 8, 0.9609],
    [10, 2, 9, 0.9785],
    [12, 3, 10, 0.9614],
    [15, 4, 12, 0.9648],
    [20, 6, 15, 0.9586],
    [25, 8, 18, 0.9567],
  ])('of %i values lies between the %i. and the %i.', (count, low, high, confidence) => {
    // In no order.
    const values = Array.from({ length: count }, (_, index) => (index % 2 === 0 ? count - index / 2 : (index + 1) / 2));
    const interval = statistics.medianInterval(values);
    expect(interval).toMatchObject({ median: (count + 1) / 2, low, high, rounds: count });
    expect(interval.confidence).toBeCloseTo(confidence, 4);
  });

  it('is not claimed for five values or fewer', () => {
    expect(statistics.medianInterval([3, 1, 2, 5, 4])).toEqual({
      median: 3,
      low: null,
      high: null,
      rounds: 5,
      confidence: null,
    });
  });

  it('is of ten rounds at least, and of pairs that count', () => {
    expect([before.beforeRounds(2), before.beforeRounds(15)]).toEqual([10, 15]);
    const rounds = (perSecond: number, lost: number | null = null): Round[] =>
      Array.from({ length: 10 }, (_, turn) => ({ perSecond, problems: turn === lost ? ['1 lost'] : [] }));
    expect(before.compareToBefore(rounds(110), rounds(100, 3))).toMatchObject({ median: 1.1, low: 1.1, rounds: 9 });
    expect(() => before.compareToBefore([], rounds(1))).toThrow('no pair of rounds');
  });

  it('is cheaper, above 1, by what service and database took together', () => {
    const round = (serviceMs: number, postgresMs: number): Costly => ({ cpu: { serviceMs, postgresMs } });
    expect(before.cpuRatio(round(60, 20), round(60, 40))).toBe(1.25);
    expect(before.cpuRatio(round(150, 50), round(60, 40))).toBe(0.5);
  });
});

describe('a build to measure beside', () => {
  let folder: string;
  const checkout = (name: string): string => join(folder, name);

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ricochet-builds-'));
    for (const name of ['whole', 'bare']) {
      mkdirSync(join(checkout(name), 'dist', 'src'), { recursive: true });
      writeFileSync(join(checkout(name), 'dist', 'src', 'main.js'), '');
    }
    writeFileSync(
      join(checkout('whole'), 'package.json'),
      JSON.stringify({ scripts: { start: 'exec node --max-semi-space-size=32 dist/src/main.js' } }),
    );
    symlinkSync(join(PROJECT_ROOT, 'node_modules'), join(checkout('whole'), 'node_modules'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is its dist folder, or the checkout around it, with the flags of its own start', () => {
    const build = { dist: join(checkout('whole'), 'dist'), startFlags: ['--max-semi-space-size=32'] };
    expect(builds.openBuild(build.dist)).toEqual(build);
    expect(builds.openBuild(checkout('whole'))).toEqual(build);
  });

  it('that cannot run is refused with what to do', async () => {
    compiled('src/main.js');
    expect(() => builds.openBuild(folder)).toThrow(/holds no build.*npm run build/);
    expect(() => builds.openBuild(checkout('bare'))).toThrow(/has no packages: run npm ci in/);
    for (const args of [
      ['--before', checkout('bare')],
      ['--before', checkout('nowhere')],
      ['--only', 'lag', '--before', checkout('whole')],
    ]) {
      const { code, stderr } = await runBench(args);
      expect({ code, said: stderr.includes('--before') }).toEqual({ code: 2, said: true });
    }
  });
});

describe('the options of a measurement', () => {
  it.each([
    ['--rounds', 'many'],
    ['--rounds', '2'],
    ['--rounds', '3.5'],
    ['--rounds', '201'],
    ['--node-bin', '/nowhere/node'],
    ['--set', 'DATABASE_POOL'],
    ['--postgres', 'commit_delay'],
    ['--postgres', '=500'],
  ])('refuse %s %s with a sentence that names the option', async (option, value) => {
    const { code, stderr } = await runBench(['--only', 'end-to-end', option, value]);
    expect({ code, said: stderr.includes(option) }).toEqual({ code: 2, said: true });
  });
});

describe('the part of the providers', () => {
  it('runs leads that are all different through the service that ships', async () => {
    const { madeUpLead } = await load<{ madeUpLead(number: number): Record<string, string> }>('made-up-leads.mjs');
    expect(new Set(Array.from({ length: 5_000 }, (_, number) => JSON.stringify(madeUpLead(number)))).size).toBe(5_000);
    expect(madeUpLead(7)).toEqual(madeUpLead(7));
    const child = fork(join(PROJECT_ROOT, 'bench', 'enrichment-child.mjs'), [join(PROJECT_ROOT, 'dist')], {
      execArgv: ['--expose-gc'],
      env: machineEnvironment(),
    });
    const next = async (): Promise<unknown> => ((await once(child, 'message')) as unknown[])[0];
    try {
      expect(await next()).toEqual({ kind: 'ready' });
      child.send({ kind: 'run', first: 0, count: 300 });
      expect(await next()).toMatchObject({ kind: 'done', failed: 0, cpuMs: expect.any(Number) });
      child.send({ kind: 'memory' });
      expect(await next()).toMatchObject({
        kind: 'memory',
        heapBytes: expect.any(Number),
        rssBytes: expect.any(Number),
      });
    } finally {
      child.kill();
      await once(child, 'close');
    }
  });
});

function runBench(args: readonly string[]): Promise<{ code: unknown; stderr: string }> {
  return new Promise((resolve) => {
    const program = join(PROJECT_ROOT, 'scripts', 'bench.mjs');
    execFile(
      process.execPath,
      [program, ...args],
      { env: machineEnvironment(), timeout: 25_000 },
      (error, _out, stderr) => resolve({ code: error?.code ?? 0, stderr }),
    );
  });
}
