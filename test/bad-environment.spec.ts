import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compiled, machineEnvironment, PROJECT_ROOT } from './support/service-process.js';

const folder = mkdtempSync(join(tmpdir(), 'ricochet-environment-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Each has the word `swordfish` where a secret would be. */
const PASSWORDS = ['swordfish%', '12#swordfish'];

interface Ended {
  readonly code: unknown;
  readonly output: string;
  readonly ms: number;
}

function run(program: string, env: Record<string, string>): Promise<Ended> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const options = { cwd: folder, env: { ...machineEnvironment(), DATA_DIR: folder, ...env }, timeout: 25_000 };
    execFile(process.execPath, ['--enable-source-maps', program], options, (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, output: stdout + stderr, ms: performance.now() - startedAt });
    });
  });
}

describe.each(['src/main.js', 'src/database/migrate.js', 'src/rotate-keys.js'])('%s', (program) => {
  it.each(PASSWORDS)('refuses both URLs at once for the password %s, in words', async (password) => {
    const { code, output, ms } = await run(compiled(program), {
      DATABASE_URL: `postgres://user:${password}@127.0.0.1:5432/ricochet`,
      REDIS_URL: `redis://user:${password}@127.0.0.1:6379/0`,
    });
    expect(code).toBe(1);
    expect(output).toMatch(/DATABASE_URL: .*percent-encode/);
    expect(output).toMatch(/REDIS_URL: .*percent-encode/);
    expect(output).not.toMatch(/swordfish|\n\s+at |127\.0\.0\.1/);
    // Not after the patience with a server that is away; most of it is the start of a program on a busy machine.
    expect(ms).toBeLessThan(20_000);
  });
});

it('a database that is not there is reported in words, without a part of its password', async () => {
  const { code, output } = await run(compiled('src/main.js'), {
    DATABASE_URL: 'postgres://user:sword@fish@127.0.0.1:9/ricochet',
    SERVICES_DIR: join(PROJECT_ROOT, 'services'),
  });
  expect(code).toBe(1);
  expect(output).toMatch(/could not start \(DATABASE_UNUSABLE\)\.\nPostgreSQL cannot be reached: /);
  expect(output).not.toContain('fish');
});
