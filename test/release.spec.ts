import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { ENV_SCHEMA } from '../src/config/env-schema.js';
import { loadConfig } from '../src/config/load-config.js';
import { VERSION } from '../src/config/version.js';
import { MarkdownPage } from './support/markdown.js';
import { PROJECT_ROOT } from './support/service-process.js';

const read = (path: string): string => readFileSync(join(PROJECT_ROOT, path), 'utf8');

/** Every version of our image that the text names, without registry. */
function imagesIn(text: string): string[] {
  return [...text.matchAll(/ricochet:(\d+\.\d+\.\d+[-+\w]*)/g)].map((match) => match[1] ?? '');
}

describe('the version of package.json', () => {
  it('is a version', () => {
    expect(VERSION).toMatch(/^\d+\.\d+\.\d+$/);
    expect(VERSION).toBe((JSON.parse(read('package.json')) as { version: string }).version);
  });

  it('is that of the lockfile', () => {
    const { version, packages } = JSON.parse(read('package-lock.json'));
    expect([version, packages[''].version]).toEqual([VERSION, VERSION]);
  });

  it('is that of the chart and of the image that it runs by default', () => {
    expect(parse(read('deploy/chart/Chart.yaml'))).toMatchObject({ version: VERSION, appVersion: VERSION });
    expect(parse(read('deploy/chart/values.yaml')).image).toMatchObject({
      repository: 'ricochet',
      tag: '',
      digest: '',
    });
  });

  it('is that of every image in the manifests', () => {
    const deployments = parseAllDocuments(read('deploy/kubernetes.yaml'))
      .map((document) => document.toJS())
      .filter(({ kind }) => kind === 'Deployment');
    const images = deployments.flatMap(({ spec }) =>
      [...(spec.template.spec.initContainers ?? []), ...spec.template.spec.containers].map(({ image }) => image),
    );
    expect(images).toEqual(Array(3).fill(`ricochet:${VERSION}`));
  });

  it('is that of docker-compose.yml, for the service and the simulator', () => {
    const { services } = parse(read('docker-compose.yml'), { merge: true });
    const ours = Object.values<{ image: string }>(services).filter(({ image }) => image.startsWith('ricochet'));
    expect(ours.map(({ image }) => image)).toEqual(Array(3).fill(`ricochet:${VERSION}`));
  });

  it.each(['README.md', 'deploy/README.md'])('is the only one of our image in %s', (page) => {
    const named = imagesIn(read(page));
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((version) => version !== VERSION)).toEqual([]);
  });

  it('is the one whose image the documented commands build', () => {
    const commands = new MarkdownPage(join(PROJECT_ROOT, 'deploy/README.md')).sample('image');
    expect(commands).toContain(`VERSION=${VERSION}\n`);
    expect(commands).toContain('--tag "ricochet:$VERSION"');
    const base = /^BASE=(\S+)$/m.exec(commands)?.[1];
    expect(read('Dockerfile')).toContain(`ARG NODE_IMAGE=${base}\n`);
    expect(
      read('Dockerfile')
        .match(/^FROM .*/gm)
        ?.map((line) => line.split(' ')[1]),
    ).toEqual(Array(3).fill('${NODE_IMAGE}'));
  });
});

describe('the changelog', () => {
  const headings = [...read('CHANGELOG.md').matchAll(/^## (.*)$/gm)].map((match) => match[1] ?? '');

  it('begins with what is not released, then has the version of package.json', () => {
    expect(headings[0]).toBe('[Unreleased]');
    expect(headings[1]).toMatch(new RegExp(`^\\[${VERSION.replaceAll('.', '\\.')}\\] - \\d{4}-\\d{2}-\\d{2}$`));
  });

  it('has its releases in order, each with its date', () => {
    const releases = headings
      .slice(1)
      .map((heading) => /^\[(\d+)\.(\d+)\.(\d+)\] - (\d{4}-\d{2}-\d{2})$/.exec(heading));
    expect(releases).not.toContain(null);
    const order = releases.map((match) => [
      ...(match?.slice(1, 4).map((part) => part.padStart(5, '0')) ?? []),
      match?.[4] ?? '',
    ]);
    expect(order).toEqual([...order].sort().reverse());
    const dates = order.map((parts) => parts[3] ?? '');
    expect(dates).toEqual([...dates].sort().reverse());
    expect(dates.every((date) => new Date(`${date}T00:00:00Z`).toISOString().startsWith(date))).toBe(true);
  });

  it('says first how to upgrade', () => {
    const [, release = ''] = read('CHANGELOG.md').split(/^## \[\d.*$/m);
    expect(/^### .*$/m.exec(release)?.[0]).toMatch(/^### Upgrading from \d+\.\d+\.\d+$/);
  });
});

describe('a machine of your own, in docs/operations.md', () => {
  const page = new MarkdownPage(join(PROJECT_ROOT, 'docs/operations.md'));

  it('has an environment that production accepts, once the keys are made', () => {
    const text = page
      .sample('environment')
      .replaceAll('<openssl rand -base64 32>', Buffer.alloc(32).toString('base64'))
      .replaceAll(/<.*>/g, 'k'.repeat(48));
    const env = Object.fromEntries(
      text
        .trim()
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    for (const ROLE of ['api', 'worker']) {
      const { config, warnings } = loadConfig({ ...env, ROLE });
      expect(config).toMatchObject({ environment: 'production', role: ROLE, queue: { kind: 'postgres' } });
      expect(warnings).toEqual([]);
    }
  });

  it('has a unit that starts the service as npm start does, and lets it drain', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const unit = new Map(
      page
        .sample('unit')
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    expect(unit.get('ExecStart')).toBe(scripts['start']?.replace('exec node', '/usr/bin/node'));
    expect(Number(unit.get('TimeoutStopSec')) * 1_000).toBeGreaterThan(
      ENV_SCHEMA.SHUTDOWN_GRACE_MS.absent('production'),
    );
  });

  it('clones the version of package.json', () => {
    expect(page.source).toContain(`git clone --branch v${VERSION} <repository> /opt/ricochet-${VERSION}`);
  });
});
