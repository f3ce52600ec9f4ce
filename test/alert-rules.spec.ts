import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { register } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type RunningApp, startApp } from './support/app.js';
import { PROJECT_ROOT } from './support/service-process.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: Readonly<Record<string, string>>;
}

const DEPLOY = join(PROJECT_ROOT, 'deploy');
const read = (file: string): any => parse(readFileSync(join(DEPLOY, file), 'utf8'));
const rules = (read('alerts.yaml').groups as { rules: Rule[] }[]).flatMap((group) => group.rules);
const tests = read('alerts.test.yaml').tests as { name: string; alert_rule_test: { exp_alerts: unknown[] }[] }[];

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
if (!hasPromtool) {
  console.warn(
    'promtool is missing: the alert rules are not evaluated. On Debian it is part of the package "prometheus".',
  );
}

let database: TestDatabase;
let service: RunningApp;

beforeAll(async () => {
  database = await createTestDatabase();
  service = await startApp({ databaseUrl: database.url });
});
afterAll(async () => {
  await service.close();
  await database.drop();
});

describe('the alert rules', () => {
  it.runIf(hasPromtool)('fire when they should and are silent when not, says promtool', () => {
    for (const args of [
      ['check', 'rules', 'alerts.yaml'],
      ['test', 'rules', 'alerts.test.yaml'],
    ]) {
      const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: DEPLOY, encoding: 'utf8' });
      expect(`${stdout}${stderr}`).toContain('SUCCESS');
      expect(status).toBe(0);
    }
  });

  it('each have a test in which they are silent and one in which they fire', () => {
    expect(tests.map(({ name }) => name)).toEqual(rules.map(({ alert }) => alert));
    for (const { name, alert_rule_test: steps } of tests) {
      expect(
        steps.map(({ exp_alerts: alerts }) => alerts.length > 0),
        name,
      ).toEqual([false, true]);
    }
  });

  it('say who is to be woken, what is wrong and what to do', () => {
    for (const { alert, labels, annotations } of rules) {
      expect(['page', 'ticket'], alert).toContain(labels.severity);
      expect(Object.keys(annotations).sort(), alert).toEqual(['action', 'summary']);
    }
  });

  it('each have a row in the docs with its meaning and its remedy', () => {
    const page = readFileSync(join(PROJECT_ROOT, 'docs', 'operations.md'), 'utf8');
    const rows = [...page.matchAll(/^\| `(Ricochet\w+)` \|(.*)\|$/gm)];
    expect(rows.map(([, alert]) => alert)).toEqual(rules.map(({ alert }) => alert));
    for (const [, alert, rest = ''] of rows) {
      const cells = rest.split(' | ').map((cell) => cell.trim());
      expect(
        cells.filter((cell) => cell.length > 10),
        alert,
      ).toHaveLength(3);
    }
  });

  it('ask for metrics and labels that the service has', () => {
    const asked = rules.flatMap(({ alert, expr }) =>
      [...expr.matchAll(/(ricochet_\w+?)(?:_bucket|_count|_sum)?(?:\{([^}]*)\}|(?=[\s)[]|$))/g)].map((match) => ({
        alert,
        name: match[1] ?? '',
        labels: [...(match[2] ?? '').matchAll(/(\w+)\s*[=!]/g)].map((label) => label[1] ?? ''),
      })),
    );
    expect(new Set(asked.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { alert, name, labels } of asked) {
      const metric = register.getSingleMetric(name) as unknown as { labelNames: string[] } | undefined;
      expect(metric, `${alert}: ${name}`).toBeDefined();
      for (const label of labels) expect(metric?.labelNames, `${alert}: ${name}`).toContain(label);
    }
  });

  it('stand in the guide for operators', () => {
    const guide = readFileSync(join(PROJECT_ROOT, 'docs', 'operations.md'), 'utf8');
    for (const { alert } of rules) expect(guide).toContain(`\`${alert}\``);
  });
});

it('every metric stands in the guide for operators', () => {
  const guide = readFileSync(join(PROJECT_ROOT, 'docs', 'operations.md'), 'utf8');
  const ours = register.getMetricsAsArray().filter(({ name }) => name.startsWith('ricochet_'));
  expect(ours.filter(({ name }) => !guide.includes(`\`${name}\``)).map(({ name }) => name)).toEqual([]);
});
