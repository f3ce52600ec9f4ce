import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compiled, machineEnvironment, PROJECT_ROOT } from './support/service-process.js';

/** Every command of package.json that takes words, by the program it runs. */
const COMMANDS: readonly (readonly [name: string, program: string])[] = [
  ['start', compiled('src/main.js')],
  ['migrate', compiled('src/database/migrate.js')],
  ['rotate-keys', compiled('src/rotate-keys.js')],
  ['validate', compiled('src/authoring/validate.js')],
  ['try', compiled('src/authoring/try.js')],
  ['new-service', compiled('src/authoring/new-service.js')],
  ['demo', compiled('simulator/demo.js')],
  ['simulate', compiled('simulator/main.js')],
  ['test:runtimes', join(PROJECT_ROOT, 'scripts/test-runtimes.mjs')],
  ['test:postgres15', join(PROJECT_ROOT, 'scripts/test-postgres15.mjs')],
  ['test:faults', join(PROJECT_ROOT, 'scripts/test-faults.mjs')],
  ['soak', join(PROJECT_ROOT, 'bench/soak.mjs')],
  ['accuracy', join(PROJECT_ROOT, 'scripts/accuracy.mjs')],
  ['lists', join(PROJECT_ROOT, 'scripts/lists.mjs')],
  ['bench', join(PROJECT_ROOT, 'scripts/bench.mjs')],
];

/** The code of a word that is not understood; the one of rotate-keys would say something about the secrets. */
const misuseCode = (name: string): number => (name === 'rotate-keys' ? 64 : 2);

/** Where they run: what a command did although it was misunderstood would lie here. */
const folder = mkdtempSync(join(tmpdir(), 'ricochet-commands-'));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(program: string, words: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const options = { cwd: folder, env: machineEnvironment(), timeout: 25_000 };
    execFile(process.execPath, [program, ...words], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === 'number') resolve({ code, stdout, stderr });
      else reject(new Error(`${program} did not end: ${stderr}`));
    });
  });
}

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe.each(COMMANDS)('npm run %s', (name, program) => {
  it('explains itself on --help and does nothing', async () => {
    const { code, stdout, stderr } = await run(program, ['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(name === 'start' ? 'npm start' : `npm run ${name}`);
    expect(stdout).toContain('--help');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('names a word it does not know, shows its help, does nothing and ends with a code for that', async () => {
    const { code, stderr } = await run(program, ['--sideways']);
    expect(code).toBe(misuseCode(name));
    expect(stderr).toContain('--sideways');
    expect(stderr).toMatch(/--help|npm run/);
    expect(readdirSync(folder)).toEqual([]);
  });
});
