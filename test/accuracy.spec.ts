import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compiled, machineEnvironment, PROJECT_ROOT } from './support/service-process.js';

interface Counts {
  readonly cases: number;
  readonly right: number;
  readonly wrong: number;
  readonly silent: number;
}
interface Row {
  readonly title: string;
  readonly all: Counts;
  readonly open: Counts;
  readonly heldOut: Counts & { readonly interval: Record<'right' | 'wrong', { low: number; high: number }> };
  readonly misses: readonly string[];
  readonly peers: readonly { package: string; all: Counts; better: boolean }[];
}
interface Result {
  readonly missed: number;
  readonly ownLines: readonly string[];
  readonly scores: readonly { name: string; rows: readonly Row[]; failures: readonly { row: { country: string } }[] }[];
}
interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const MODULES = join(PROJECT_ROOT, 'scripts', 'accuracy');
const FIXTURE = pathToFileURL(join(import.meta.dirname, 'fixtures', 'accuracy', 'capitals.mjs')).href;
const folder = mkdtempSync(join(tmpdir(), 'ricochet-accuracy-'));

/** All corpora take a quarter of it on a machine that does nothing else. */
const ALL_WITHIN_MS = 80_000;

function run(words: readonly string[], env: Record<string, string> = {}, withinMs = 25_000): Promise<Ended> {
  compiled('src/main.js');
  const program = join(PROJECT_ROOT, 'scripts', 'accuracy.mjs');
  const options = { env: { ...machineEnvironment(), ...env }, timeout: withinMs, maxBuffer: 1 << 26 };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [program, ...words], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === 'number') resolve({ code, stdout, stderr });
      else reject(new Error(`the run did not end: ${stderr}`));
    });
  });
}

async function score(
  words: readonly string[],
  env: Record<string, string> = {},
  withinMs?: number,
): Promise<Ended & { result: Result }> {
  const ended = await run(['--json', ...words], env, withinMs);
  const last = ended.stdout.trimEnd().split('\n').at(-1) ?? '';
  if (!last.startsWith('{')) throw new Error(`no result, code ${ended.code}: ${ended.stderr}`);
  return { ...ended, result: JSON.parse(last) as Result };
}

/** A folder with one module: the fixture with other properties. */
function modulesWith(name: string, properties: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  writeFileSync(
    join(path, 'capitals.mjs'),
    `import base from '${FIXTURE}';\nexport default { ...base, ${properties} };\n`,
  );
  return path;
}

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const files = readdirSync(MODULES).filter((file) => file.endsWith('.mjs'));

describe('the accuracy of what ships', () => {
  let ours: Result;

  beforeAll(async () => {
    ours = (await score(['--no-peers'], {}, ALL_WITHIN_MS)).result;
  }, ALL_WITHIN_MS + 5_000);

  it.each(files.map((file) => basename(file, '.mjs')))('reaches what is asked of it over %s', (name) => {
    const rows = ours.scores.find((one) => one.name === name)?.rows ?? [];
    expect(rows).not.toEqual([]);
    expect(rows.flatMap(({ title, misses }) => misses.map((miss) => `${title}: ${miss}`))).toEqual([]);
  });

  it('is what docs/accuracy.md says; else run: npm run accuracy -- --write', () => {
    const guide = readFileSync(join(PROJECT_ROOT, 'docs', 'accuracy.md'), 'utf8');
    expect(guide.split('\n')).toEqual(expect.arrayContaining([...ours.ownLines]));
    expect(guide).toContain(readFileSync(join(MODULES, 'known-gaps.md'), 'utf8').trim());
  });
});

describe('npm run accuracy', () => {
  it('counts what is right, wrong and silent, the held-out half apart', async () => {
    const { code, result } = await score(['--no-peers', '--modules', modulesWith('plain', '')]);
    expect(code).toBe(0);
    const [all, subset] = result.scores[0]?.rows ?? [];
    expect(all).toMatchObject({
      title: 'Capitals',
      all: { cases: 20, right: 16, wrong: 2, silent: 2 },
      open: { cases: 14, right: 11, wrong: 1, silent: 2 },
      heldOut: { cases: 6, right: 5, wrong: 1, silent: 0 },
      misses: [],
    });
    // Wilson's interval of 5 in 6, as published tables have it.
    expect(all?.heldOut.interval.right.low).toBeCloseTo(43.65, 2);
    expect(all?.heldOut.interval.right.high).toBeCloseTo(96.99, 2);
    expect(subset).toMatchObject({ title: 'Capitals: with an i', all: { cases: 9, right: 8, wrong: 1 } });
  });

  it.each([
    ['more right answers', 'right: 85', ['right 80.00 %, asked for at least 85 %', 'held out: right may be 43.65 %']],
    ['more right answers of the held-out half alone', 'right: 60', ['held out: right may be 43.65 %']],
    ['fewer wrong answers', 'wrong: 5', ['wrong 10.00 %, asked for at most 5 %', 'held out: wrong may be 56.35 %']],
    ['fewer silent answers', 'silent: 9', ['silent 10.00 %, asked for at most 9 %', 'held out: silent may be 39.03 %']],
    ['no wrong answer', 'count: { wrong: 0 }', ['wrong in 2 cases, asked for at most 0']],
    ['more cases', 'cases: 15_000', ['20 cases, at least 15000 are asked for']],
  ])('ends with 1 when a module asks for %s', async (name, reach, misses) => {
    const modules = modulesWith(name, `reach: { ${reach} }, subsets: []`);
    const { code, result, stderr } = await score(['--no-peers', '--modules', modules]);
    expect(code).toBe(1);
    const found = result.scores[0]?.rows[0]?.misses ?? [];
    expect(found.map((miss, index) => miss.startsWith(misses[index] ?? '?'))).toEqual(misses.map(() => true));
    for (const miss of found) expect(stderr).toContain(`Capitals: ${miss}`);
  });

  it('prints failing cases, and none of the held-out half', async () => {
    const { stdout } = await run(['--no-peers', '--failures', '10', '--modules', modulesWith('failures', '')]);
    expect(stdout).toContain('wrong  France | Paris | Lyon | Paris -> "Lyon"');
    expect(stdout).toMatch(/silent Kenya[\s\S]*silent Peru/);
    expect(stdout).not.toContain('Mexico');
    const one = await score(['--no-peers', '--failures', '1', '--modules', join(folder, 'failures')]);
    expect(one.result.scores[0]?.failures.map(({ row }) => row.country)).toEqual(['France']);
  });

  it('shows peers, and fails when a ranked one is better', async () => {
    const peer = (ranked: boolean): string =>
      `peers: [{ package: 'made-up-capitals@1.0.0', ranked: ${ranked}, why: 'its data made the truth', ` +
      "async answers(require) { const ask = require('made-up-capitals'); return (row) => ask(row.peerAnswer); } }]";
    const cache = installed('made-up-capitals@1.0.0', {
      'made-up-capitals': "module.exports = (text) => { if (text === 'throws') throw new Error(text); return text; };",
    });
    const ranked = await score(['--modules', modulesWith('ranked', peer(true))], { XDG_CACHE_HOME: cache });
    // One that throws says nothing: 16 right, 1 wrong, 3 silent.
    expect(ranked.result.scores[0]?.rows[0]?.peers).toMatchObject([
      { package: 'made-up-capitals@1.0.0', all: { right: 16, wrong: 1, silent: 3 }, better: true },
    ]);
    expect(ranked.stderr).toContain('made-up-capitals@1.0.0 is better: 16 right, 1 wrong');
    expect(ranked.code).toBe(1);
    const unbound = modulesWith('unbound', `reach: {}, subsets: [], ${peer(true)}`);
    const looked = await score(['--modules', unbound], { XDG_CACHE_HOME: cache });
    expect(looked.result.scores[0]?.rows[0]?.peers).toMatchObject([{ better: true }]);
    expect(looked.code).toBe(0);
    const shown = await score(['--modules', modulesWith('shown', peer(false))], { XDG_CACHE_HOME: cache });
    expect(shown.stderr).toContain('made-up-capitals@1.0.0 (not ranked)');
    expect(shown.code).toBe(0);
  });

  it.each([
    ['a bound it does not know', 'reach: { rihgt: 99 }', 'reach.rihgt is none of right'],
    ['a bound that is no number', "reach: { right: '99' }", 'reach.right is no number'],
    ['a count it does not know', 'reach: { count: { near: 0 } }', 'reach.count.near is no count'],
    ['a peer without a version', "peers: [{ package: 'x', ranked: true, answers() {} }]", 'no exact version'],
    ['a peer that is not ranked for no reason', "peers: [{ package: 'x@1.0.0', ranked: false, answers() {} }]", 'why'],
    ['no judge', 'judge: undefined', 'judge is no function'],
  ])('refuses a module with %s', async (name, properties, problem) => {
    const { code, stderr } = await run(['--no-peers', '--modules', modulesWith(name, properties)]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(problem) });
  });

  it.each([
    [['--only', 'capital-cities'], 'no corpus "capital-cities"'],
    [['--write', '--no-peers'], '--write is of all corpora'],
    [['--failures', 'all'], '--failures must be a whole number'],
    [['--dist', folder], 'holds no build'],
  ])('refuses %j', async (words, problem) => {
    const { code, stderr } = await run(words);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(problem) });
  });

  it('ends at once on SIGTERM, also amid answers that never wait', async () => {
    const busy = 'answers: () => () => { for (const end = Date.now() + 1_000; Date.now() < end; ); return 1; }';
    const program = join(PROJECT_ROOT, 'scripts', 'accuracy.mjs');
    const child = spawn(process.execPath, [program, '--no-peers', '--modules', modulesWith('busy', busy)], {
      env: machineEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await once(child.stderr, 'data');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([130, null]);
  });

  it('says so when a verdict is none', async () => {
    const modules = modulesWith('verdict', "judge: () => 'perhaps'");
    const { code, stderr } = await run(['--no-peers', '--modules', modules]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('judge() said "perhaps"') });
  });
});

/** A cache folder in which packages are installed, as if npm had done it. */
function installed(wanted: string, packages: Record<string, string>): string {
  const cache = join(folder, 'cache');
  const key = createHash('sha256').update(wanted).digest('hex').slice(0, 16);
  const home = join(cache, 'ricochet', 'packages', key);
  for (const [name, source] of Object.entries(packages)) {
    mkdirSync(join(home, 'node_modules', name), { recursive: true });
    writeFileSync(join(home, 'node_modules', name, 'index.js'), source);
  }
  writeFileSync(join(home, 'package.json'), '{}');
  writeFileSync(join(home, 'installed'), '');
  return cache;
}
