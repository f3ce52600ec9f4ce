import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { register } from 'prom-client';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort } from '../simulator/free-port.js';
import { type RunningApp, startApp } from './support/app.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { leadRequest } from './support/requests.js';
import { PROJECT_ROOT } from './support/service-process.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat?: string }[];
}

const dashboard = JSON.parse(readFileSync(join(PROJECT_ROOT, 'deploy', 'dashboard.json'), 'utf8')) as {
  panels: Panel[];
};
const panels = dashboard.panels.filter(({ type }) => type !== 'row');
const queries = panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr, legendFormat = '' }) => ({ title, expr, legendFormat })),
);
/** Grafana fills these in; no series has a value until a step of that kind fails or asks. */
const filled = (expr: string): string => expr.replaceAll('$__rate_interval', '10s').replaceAll('$job', '.*');
const MAY_BE_EMPTY = new Set(['Steps that failed', 'Requests of http steps']);

const hasPrometheus = spawnSync('prometheus', ['--version']).status === 0;
if (!hasPrometheus) console.warn('prometheus is missing: the queries of the dashboard are not evaluated.');

let database: TestDatabase;
let adobe: FakeAdobe;
let service: RunningApp;

beforeAll(async () => {
  database = await createTestDatabase();
  adobe = await FakeAdobe.start();
  service = await startApp({ databaseUrl: database.url, adobe });
});
afterAll(async () => {
  await service.close();
  await adobe.stop();
  await database.drop();
});

describe('the dashboard', () => {
  it('asks for metrics and labels that the service has', () => {
    for (const { title, expr, legendFormat } of queries) {
      const asked = [...expr.matchAll(/((?:ricochet|process|nodejs)_\w+?)(?:_bucket)?\{([^}]*)\}/g)];
      expect(asked.length, title).toBeGreaterThan(0);
      for (const [, name = '', matchers = ''] of asked) {
        const metric = register.getSingleMetric(name) as unknown as { labelNames: string[] } | undefined;
        expect(metric, `${title}: ${name}`).toBeDefined();
        const known = [...(metric?.labelNames ?? []), 'job', 'instance', 'le'];
        const named = [...matchers.matchAll(/(\w+)\s*=/g)].map(([, label]) => label);
        const kept = /by \(([^)]*)\)/.exec(expr)?.[1]?.split(/,\s*/) ?? [];
        const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
        for (const label of [...named, ...kept, ...shown]) expect(known, `${title}: ${name}`).toContain(label);
      }
    }
  });

  it('has room for every panel, and no two in one place', () => {
    const places = new Set<string>();
    for (const { title, gridPos } of dashboard.panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(places, title).not.toContain(`${x},${y}`);
          places.add(`${x},${y}`);
        }
      }
    }
  });
});

describe.runIf(hasPrometheus)('Prometheus, beside a running service', () => {
  let folder: string;
  let prometheus: ChildProcess;
  let url: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ricochet-prometheus-'));
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const config = {
      global: { scrape_interval: '500ms', scrape_timeout: '400ms' },
      scrape_configs: [{ job_name: 'ricochet', static_configs: [{ targets: [new URL(service.url).host] }] }],
    };
    writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config));
    const args = [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ];
    prometheus = spawn('prometheus', args, { stdio: 'ignore' });
    for (let leadId = 0; leadId < 20; leadId += 1) {
      await service.submit(leadRequest({ callbackUrl: `${adobe.url}/callback/${leadId}`, leadId }));
    }
    await vi.waitFor(async () => expect(await value('count(ricochet_build_info)')).toBe('1'), { timeout: 30_000 });
    // Rates need two looks.
    await sleep(2_000);
  }, 60_000);
  afterAll(async () => {
    const ended = once(prometheus, 'exit');
    prometheus.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });

  async function ask(expr: string): Promise<{ status: string; error?: string; result: { value: [number, string] }[] }> {
    const { body } = await request(`${url}/api/v1/query?query=${encodeURIComponent(expr)}`);
    const answer = (await body.json()) as { status: string; error?: string; data?: { result: never[] } };
    return { ...answer, result: answer.data?.result ?? [] };
  }

  async function value(expr: string): Promise<string | undefined> {
    try {
      return (await ask(expr)).result[0]?.value[1];
    } catch {
      // It is not up yet.
      return undefined;
    }
  }

  it.each(queries.map(({ title, expr }, number) => [`${number + 1}: ${title}`, title, expr] as const))(
    'answers query %s',
    async (_, title, expr) => {
      const { status, error, result } = await ask(filled(expr));
      expect({ status, error }).toEqual({ status: 'success', error: undefined });
      if (!MAY_BE_EMPTY.has(title)) expect(result.length).toBeGreaterThan(0);
    },
  );
});
