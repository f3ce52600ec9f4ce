import { chmodSync, cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../simulator/free-port.js';
import { GuideReader, readGuide, type GuideStep } from './support/guide.js';
import { MarkdownPage } from './support/markdown.js';
import { compiled, machineEnvironment, PROJECT_ROOT } from './support/service-process.js';

/** All of it, the starts of the service included. */
const WITHIN_MS = 60_000;
/** Not part of a clone; a build and packages are, once the first command has run. */
const LEFT_OUT = new Set(['.git', '.ricochet', 'node_modules']);

const folder = mkdtempSync(join(tmpdir(), 'ricochet-first-service-'));
const steps = readGuide(new MarkdownPage(join(PROJECT_ROOT, 'docs/your-first-service.md')));
let reader: GuideReader;
let ports: ReadonlyMap<string, number>;

beforeAll(async () => {
  compiled('src/main.js');
  // PostgreSQL runs as another user where root runs the tests, and has to get in.
  chmodSync(folder, 0o711);
  cpSync(PROJECT_ROOT, folder, {
    recursive: true,
    filter: (path) => !LEFT_OUT.has(path.slice(PROJECT_ROOT.length + 1).split(sep)[0] ?? ''),
  });
  symlinkSync(join(PROJECT_ROOT, 'node_modules'), join(folder, 'node_modules'));
  ports = new Map([
    ['3000', await freePort()],
    ['4010', await freePort()],
    ['8787', await freePort()],
  ]);
  reader = new GuideReader(folder, {
    ...machineEnvironment(),
    PORT: String(ports.get('3000')),
    IMS_BASE_URL: `http://127.0.0.1:${ports.get('4010')}`,
  });
});
afterAll(async () => {
  await reader.leave();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});

/** Other programs of this machine may have the guide's ports: only those are replaced. */
function onFreePorts(text: string): string {
  const simulator = `npm run simulate -- --url http://127.0.0.1:${ports.get('3000')} --port ${ports.get('4010')}`;
  return text
    .replaceAll('npm run simulate --', simulator)
    .replaceAll(/(?<=127\.0\.0\.1:|listen\()(?:3000|8787)\b/g, (port) => String(ports.get(port)))
    .replaceAll('port 8787', `port ${ports.get('8787')}`);
}

function moved(step: GuideStep): GuideStep {
  const entries = Object.entries(step).map(([key, value]) => [key, value === null ? null : onFreePorts(value)]);
  return Object.fromEntries(entries) as GuideStep;
}

describe('docs/your-first-service.md', () => {
  it('has an API, a table and a provider, and shows the output of every command but those that say nothing', () => {
    const kinds = steps.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'file').length).toBeGreaterThanOrEqual(4);
    expect(kinds.filter((kind) => kind === 'start').length).toBe(kinds.filter((kind) => kind === 'stop').length);
    const silent = steps.filter((step) => (step.kind === 'run' || step.kind === 'start') && step.shows === null);
    expect(silent.every((step) => step.kind === 'run' && /^(?:printf|cat >>|rm) /.test(step.commands))).toBe(true);
  });

  it('works as it is written', async () => {
    const startedAtMs = performance.now();
    for (const step of steps) await reader.follow(moved(step));
    expect(performance.now() - startedAtMs).toBeLessThan(WITHIN_MS);
  }, 180_000);
});
