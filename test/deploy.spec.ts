import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { ENV_SCHEMA, VARIABLE_NAMES } from '../src/config/env-schema.js';
import { loadConfig } from '../src/config/load-config.js';

const ROOT = join(import.meta.dirname, '..');
const known: readonly string[] = VARIABLE_NAMES;

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Seconds of `40s` or `1m`. */
function seconds(duration: string): number {
  const match = /^(\d+)(s|m)$/.exec(duration);
  return Number(match?.[1]) * (match?.[2] === 'm' ? 60 : 1);
}

/** The way compose fills in `${NAME:-default}` when nobody has set anything. */
function withoutEnvironment(text: string): string {
  return text.replace(/\$\{(\w+)(?::-([^}]*))?\}/g, (_, _name, fallback: string | undefined) => fallback ?? '');
}

const graceMs = ENV_SCHEMA.SHUTDOWN_GRACE_MS.absent('production');

describe('docker-compose.yml', () => {
  const text = read('docker-compose.yml');
  const { services } = parse(withoutEnvironment(text), { merge: true });

  it('has api, worker, postgres and redis, each with a health check', () => {
    for (const name of ['api', 'worker', 'postgres', 'redis']) {
      expect(services[name].healthcheck.test, name).toEqual(expect.arrayContaining([expect.stringMatching(/^CMD/)]));
      expect(services[name].profiles, name).toBeUndefined();
    }
    for (const name of ['api', 'worker']) {
      expect(services[name].healthcheck.test).toContain('/health/ready');
      expect(services[name].depends_on.postgres.condition).toBe('service_healthy');
      expect(services[name].depends_on.redis.condition).toBe('service_healthy');
    }
  });

  it('publishes on 127.0.0.1 only', () => {
    const ports = Object.values<any>(services).flatMap((service) => service.ports ?? []);
    expect(ports).toEqual(['127.0.0.1:3000:3000']);
  });

  it.each(['api', 'worker'])('starts the %s without a .env file and without warnings but one', (name) => {
    const { environment } = services[name];
    expect(Object.keys(environment).filter((variable) => !known.includes(variable))).toEqual([]);
    const { config, warnings, generated } = loadConfig(environment);
    expect(config).toMatchObject({ environment: 'production', role: name });
    expect(generated).toBeNull();
    expect(warnings).toEqual([expect.stringContaining('OUTBOUND_ALLOW_HTTP')]);
  });

  it('only offers variables that exist', () => {
    const names = [...text.matchAll(/\$\{(\w+)/g)].map((match) => match[1] ?? '');
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('keeps Redis from evicting, and keeps what it has on disk', () => {
    expect(services.redis.command.join(' ')).toContain('--appendonly yes --maxmemory-policy noeviction');
    expect(services.redis.volumes).toEqual(['redis-data:/data']);
  });

  it('gives a stopping process more time than it asks for', () => {
    expect(seconds(services.api.stop_grace_period) * 1000).toBeGreaterThan(graceMs);
    expect(seconds(services.worker.stop_grace_period) * 1000).toBeGreaterThan(graceMs);
  });
});

describe('deploy/kubernetes.yaml', () => {
  const documents = parseAllDocuments(read('deploy/kubernetes.yaml')).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS();
  });
  const find = (kind: string): any[] => documents.filter((document) => document.kind === kind);
  const configMap = find('ConfigMap')[0].data as Record<string, string>;

  it.each([
    ['api', 0, '/health/startup'],
    ['worker', 1, '/health/live'],
  ])('runs the %s with three probes, as nobody special, with time to stop', (role, index, startup) => {
    const { spec } = find('Deployment')[index].spec.template;
    const [container] = spec.containers;
    expect(container.env).toEqual([{ name: 'ROLE', value: role }]);
    expect(container.startupProbe.httpGet).toEqual({ path: startup, port: 'http' });
    expect(container.livenessProbe.httpGet).toEqual({ path: '/health/live', port: 'http' });
    expect(container.readinessProbe.httpGet).toEqual({ path: '/health/ready', port: 'http' });
    expect(container.ports).toEqual([
      { name: 'http', containerPort: 3000 },
      { name: 'management', containerPort: Number(configMap['MANAGEMENT_PORT']) },
    ]);
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
    expect(container.securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    const preStopSeconds = Number(container.lifecycle.preStop.exec.command[1]);
    const stopMs = (spec.terminationGracePeriodSeconds - preStopSeconds) * 1000;
    expect(stopMs).toBeGreaterThan(Number(configMap['SHUTDOWN_GRACE_MS']));
  });

  it('ends no process because a migration takes long', () => {
    const [api, worker] = find('Deployment').map((deployment) => deployment.spec.template.spec);
    // Answered by a worker that waits for migrations: test/health.spec.ts.
    expect(worker.containers[0].startupProbe.httpGet.path).toBe('/health/live');
    const [migrate] = api.initContainers;
    const [container] = api.containers;
    expect(migrate).not.toHaveProperty('startupProbe');
    expect(migrate.image).toBe(container.image);
    expect(migrate.envFrom).toEqual(container.envFrom);
    expect(migrate.securityContext).toEqual(container.securityContext);
    expect(migrate.volumeMounts).toEqual(container.volumeMounts);
    const program = migrate.command.at(-1) as string;
    expect(existsSync(join(ROOT, program.replace('dist/', '').replace('.js', '.ts')))).toBe(true);
  });

  it('selects the pods it means', () => {
    for (const deployment of find('Deployment')) {
      expect(deployment.spec.template.metadata.labels).toEqual(deployment.spec.selector.matchLabels);
    }
    const labels = find('Deployment').map((deployment) => deployment.spec.selector.matchLabels);
    const [callers, operators] = find('Service');
    expect(callers.spec.selector).toEqual(labels[0]);
    expect(callers.spec.ports.map((port: any) => port.targetPort)).toEqual(['http']);
    for (const label of labels) expect(label).toMatchObject(operators.spec.selector);
    expect(find('PodDisruptionBudget').map((budget) => budget.spec.selector.matchLabels)).toEqual(labels);
  });

  it('has every variable production asks for, in the ConfigMap or in the secret, and the guide names each', () => {
    const required = VARIABLE_NAMES.filter((name) => ENV_SCHEMA[name].requiredIn?.startsWith('production') === true);
    const guide = read('deploy/README.md');
    const missing = required.filter((name) => name !== 'INBOUND_BASIC_USERS');
    expect(missing).toContain('ADOBE_SCOPES');
    for (const name of missing) {
      expect(guide, name).toContain(name);
      expect(name in configMap, name).toBe(!ENV_SCHEMA[name].secret);
    }
  });

  it('names only variables that exist, and no secret in the open', () => {
    for (const name of Object.keys(configMap)) {
      expect(known).toContain(name);
      expect(ENV_SCHEMA[name as keyof typeof ENV_SCHEMA].secret).toBe(false);
    }
  });

  it('is a configuration production accepts, with the secrets its first comment asks for', () => {
    const secret = {
      DATABASE_URL: 'postgres://u:p@db:5432/ricochet',
      REDIS_URL: 'redis://cache:6379/0',
      INBOUND_API_KEYS: 'i'.repeat(24),
      ADMIN_API_KEYS: 'a'.repeat(24),
      ENCRYPTION_KEYS: `k1:${Buffer.alloc(32).toString('base64')}`,
      ADOBE_CLIENT_SECRETS: 'client-secret',
    };
    const [comment = ''] = read('deploy/kubernetes.yaml').split('apiVersion');
    for (const name of Object.keys(secret)) {
      expect(comment).toContain(name);
    }
    expect(loadConfig({ ...configMap, ...secret, ROLE: 'worker' }).config.environment).toBe('production');
    const withoutRedis = { ...configMap, ...secret, REDIS_URL: undefined, ROLE: 'worker' };
    expect(loadConfig(withoutRedis).config.queue.kind).toBe('postgres');
  });

  it('answers in clusters of IPv4, of IPv6 and of both', () => {
    expect(configMap['HOST']).toBe('::');
    expect(find('Service')[0].spec.ipFamilyPolicy).toBe('PreferDualStack');
  });

  it('shows where idle connections are set, at their default', () => {
    expect(Number(configMap['KEEP_ALIVE_MS'])).toBe(ENV_SCHEMA.KEEP_ALIVE_MS.absent('production'));
  });
});

describe('Dockerfile', () => {
  const lines = read('Dockerfile').split('\n');
  const final = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM')));

  it('runs as a numbered user who is not root, as production, with a health check', () => {
    expect(final).toContain('ENV NODE_ENV=production');
    expect(final.find((line) => line.startsWith('USER'))).toMatch(/^USER [1-9]\d*(:[1-9]\d*)?$/);
    expect(final.find((line) => line.startsWith('HEALTHCHECK'))).toContain('"scripts/healthcheck.mjs"');
    expect(read('scripts/healthcheck.mjs')).toContain("'/health/live'");
  });

  it('starts the service as npm start does, the flags of V8 included', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const words = scripts['start']?.split(' ').slice(1);
    expect(words).toEqual(
      expect.arrayContaining([
        '--no-maglev',
        '--max-semi-space-size=32',
        '--heap-growing-percent=60',
        '--no-allocation-site-pretenuring',
      ]),
    );
    expect(final).toContain(`CMD [${words?.map((word) => `"${word}"`).join(', ')}]`);
  });

  it('compiles the service ahead, with the flags and as the user of the start, for whom Node keeps bytecode apart', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const words = (scripts['start'] ?? '').split(' ').slice(1, -1);
    const ahead = `RUN [${[...words, 'dist/src/compile-ahead.js'].map((word) => `"${word}"`).join(', ')}]`;
    expect(final).toContain(ahead);
    const user = final.findIndex((line) => line.startsWith('USER'));
    expect(final.filter((line) => line.startsWith('USER'))).toEqual(['USER 1000:1000']);
    expect(final.indexOf(ahead)).toBeGreaterThan(user);
    const folder = final.indexOf('RUN ["install", "-d", "-o", "1000", "-g", "1000", "dist/.compiled"]');
    expect(folder).toBeGreaterThan(final.findIndex((line) => line.includes('dist/ dist/')));
    expect(folder).toBeLessThan(user);
    expect(existsSync(join(ROOT, 'src', 'compile-ahead.ts'))).toBe(true);
  });

  it('is made from an allow-list, so that no secret can slip in', () => {
    const ignore = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(ignore[0]).toBe('*');
    expect(ignore.filter((line) => line.startsWith('!.'))).toEqual(['!.npmrc']);
  });
});
