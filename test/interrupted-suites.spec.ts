import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compiled, machineEnvironment, PROJECT_ROOT } from './support/service-process.js';
import { hasRedis } from './support/test-redis.js';

const PROMISED_MS = 10_000;
const BENCH = join(PROJECT_ROOT, 'scripts/bench.mjs');
const SOAK = join(PROJECT_ROOT, 'bench/soak.mjs');
const FAULTS = join(PROJECT_ROOT, 'scripts/test-faults.mjs');
const redis = hasRedis();

/** Everything a run makes lies in here; so a process that is left behind names it. */
let folder: string;

beforeEach(() => {
  compiled('src/main.js');
  folder = mkdtempSync(join(tmpdir(), 'ricochet-interrupted-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** From the signal, or from the start where none was sent. */
  readonly ms: number;
}

/** Runs a program; sends it the signal as soon as its output matches, and once more after a pause if asked to. */
async function run(
  [program, ...args]: readonly [string, ...string[]],
  interruption: { signal: NodeJS.Signals; when: RegExp; thenMs?: number } | null = null,
  env: Record<string, string> = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: { ...machineEnvironment(), TMPDIR: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr, startedAt] = ['', '', performance.now()];
  let interrupted = interruption === null;
  const look = async (): Promise<void> => {
    if (interrupted || interruption === null || !interruption.when.test(stdout + stderr)) return;
    interrupted = true;
    await sleep(interruption.thenMs ?? 0);
    startedAt = performance.now();
    child.kill(interruption.signal);
  };
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    void look();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    void look();
  });
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr, ms: performance.now() - startedAt }));
  });
}

/** Command lines of the processes that belong to the run. */
function leftBehind(): string[] {
  const read = (pid: string, file: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'latin1').replaceAll('\0', ' ');
    } catch {
      return '';
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => `${read(pid, 'cmdline')} ${read(pid, 'environ')}`.includes(folder))
    .map((pid) => read(pid, 'cmdline'))
    .filter((line) => line !== '');
}

async function expectPromptEnd({ code, signal, ms, stderr }: Ended): Promise<void> {
  expect({ code, signal, stderr: code === 130 ? '' : stderr }).toEqual({ code: 130, signal: null, stderr: '' });
  expect(ms).toBeLessThan(PROMISED_MS);
  // A killed child is still listed until the kernel is done with it.
  await expect.poll(leftBehind).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
}

describe.skipIf(process.platform !== 'linux')('the bench', () => {
  it('says that redis-server is missing, and ends', async () => {
    const ended = await run([BENCH, '--quick', '--only', 'end-to-end'], null, { PATH: folder });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/redis-server.*PATH.*apt-get install/s);
    expect(ended.ms).toBeLessThan(PROMISED_MS);
    expect(leftBehind()).toEqual([]);
  });

  describe.skipIf(!redis)('interrupted', () => {
    it.each<[string, NodeJS.Signals, RegExp, number]>([
      ['while it measures', 'SIGTERM', /End to end, one process each \.\.\./, 4_000],
      ['as soon as it has begun', 'SIGINT', /End to end, one process each \.\.\./, 0],
      ['after a round', 'SIGTERM', /round 1: express/, 500],
    ])(
      '%s ends by %s, with what it has seen',
      async (_when, signal, when, thenMs) => {
        const ended = await run([BENCH, '--quick', '--only', 'end-to-end', '--json'], { signal, when, thenMs });
        await expectPromptEnd(ended);
        expect(ended.stderr).toMatch(/Interrupted after \d+ s/);
        const result = JSON.parse(ended.stdout.trim().split('\n').at(-1) ?? '') as {
          interrupted: boolean;
          unfinished: { part: string; rounds: Record<string, unknown[]> };
        };
        expect(result).toMatchObject({ interrupted: true, endToEndRatio: null, unfinished: { part: 'end-to-end' } });
        if (when.source.startsWith('round')) {
          expect(result.unfinished.rounds['express + bullmq']?.length).toBeGreaterThan(0);
          expect(ended.stderr).toMatch(/ricochet +\d rounds so far: \d+\/s/);
        }
      },
      180_000,
    );
  });
});

describe('the soak', () => {
  it.each<[string, NodeJS.Signals, RegExp, number]>([
    ['while it starts', 'SIGINT', /Starting the service/, 1_500],
    ['after a look at the heap', 'SIGTERM', /^ +0:10 /m, 0],
    ['while it measures the capacity', 'SIGTERM', /Measuring capacity/, 3_000],
  ])(
    'interrupted %s ends by %s, with what it has seen',
    async (what, signal, when, thenMs) => {
      const rate = what.includes('capacity') ? [] : ['--rate', '20'];
      const ended = await run([SOAK, '--minutes', '3', '--json', ...rate], { signal, when, thenMs });
      await expectPromptEnd(ended);
      expect(ended.stderr).toMatch(/Interrupted after \d+ of 180 s/);
      const result = JSON.parse(ended.stdout.trim().split('\n').at(-1) ?? '') as { samples: unknown[] };
      expect(result).toMatchObject({ interrupted: true, passed: false });
      expect(result.samples).toHaveLength(what.includes('heap') ? 1 : 0);
    },
    120_000,
  );
});

describe('the fault suite', () => {
  it.each<[string, NodeJS.Signals, RegExp, number]>([
    ['while it starts', 'SIGINT', /seed 20/, 2_000],
    ['after a fault', 'SIGTERM', /✓/, 1_000],
  ])(
    'interrupted %s ends by %s, with what it has seen',
    async (what, signal, when, thenMs) => {
      const ended = await run([FAULTS, '--short', '--seed', '20', '--json'], { signal, when, thenMs });
      await expectPromptEnd(ended);
      expect(ended.stdout).toContain('Interrupted; this is what was seen so far');
      const result = JSON.parse(ended.stdout.trim().split('\n').at(-1) ?? '') as { rows: unknown[] };
      expect(result).toMatchObject({ interrupted: true });
      expect(result.rows.length > 0).toBe(what.includes('after'));
    },
    180_000,
  );
});
