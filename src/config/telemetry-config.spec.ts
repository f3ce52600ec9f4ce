import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EnvironmentError } from './config.errors.js';
import { loadConfig } from './load-config.js';

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };
const ON = { protocol: 'http/protobuf', sampling: 1, linksCallers: true, queueMax: 2048 };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ricochet-telemetry-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const load = (env: Record<string, string>): ReturnType<typeof loadConfig> => loadConfig({ DATA_DIR: folder, ...env });

describe('traces are made', () => {
  it.each<[Record<string, string>, object]>([
    [ENDPOINT, ON],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://collector.example.com/v1/traces' }, ON],
    [{ OTEL_TRACES_EXPORTER: 'otlp' }, ON],
    [
      { ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
      { ...ON, protocol: 'http/json' },
    ],
    [
      { ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/protobuf' },
      ON,
    ],
    [
      { ...ENDPOINT, OTEL_TRACES_SAMPLER: 'always_off', OTEL_TRACES_SAMPLER_ARG: '0.5' },
      { ...ON, sampling: 0 },
    ],
    [
      { ...ENDPOINT, OTEL_TRACES_SAMPLER: 'parentbased_always_off' },
      { ...ON, sampling: 0 },
    ],
    [
      { ...ENDPOINT, OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '.25' },
      { ...ON, sampling: 0.25 },
    ],
    [
      { ...ENDPOINT, OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '1e-2' },
      { ...ON, sampling: 0.01 },
    ],
    [{ ...ENDPOINT, OTEL_TRACES_SAMPLER_ARG: '0.5' }, ON],
    [
      { ...ENDPOINT, OTEL_PROPAGATORS: 'none' },
      { ...ON, linksCallers: false },
    ],
    [
      { ...ENDPOINT, OTEL_BSP_MAX_QUEUE_SIZE: '10' },
      { ...ON, queueMax: 10 },
    ],
  ])('with %j', (env, expected) => {
    expect(load(env).config.telemetry).toEqual(expected);
  });
});

describe('no traces are made', () => {
  it.each<Record<string, string>>([
    {},
    { OTEL_SERVICE_NAME: 'other', OTEL_TRACES_SAMPLER: 'always_on' },
    { ...ENDPOINT, OTEL_SDK_DISABLED: 'true' },
    { ...ENDPOINT, OTEL_SDK_DISABLED: 'TRUE' },
    { ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: ' ' },
  ])('with %j', (env) => {
    expect(load(env).config.telemetry).toBeNull();
  });
});

describe('a variable of OpenTelemetry', () => {
  it.each([
    ['OTEL_SDK_DISABLED', 'yes'],
    ['OTEL_TRACES_EXPORTER', 'zipkin'],
    ['OTEL_TRACES_EXPORTER', 'otlp,console'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://user:canary@collector:4318'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://collector:4318?key=canary'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'ftp://collector'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'canary'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'x-key=canary,canary'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'x key=canary'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'x-key=canary%2'],
    ['OTEL_EXPORTER_OTLP_TRACES_HEADERS', '=canary'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '1'],
    ['OTEL_EXPORTER_OTLP_COMPRESSION', 'zstd'],
    ['OTEL_TRACES_SAMPLER', 'jaeger_remote'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
    ['OTEL_TRACES_SAMPLER_ARG', '-0.1'],
    ['OTEL_TRACES_SAMPLER_ARG', '10%'],
    ['OTEL_TRACES_SAMPLER_ARG', 'NaN'],
    ['OTEL_TRACES_SAMPLER_ARG', '0x1'],
    ['OTEL_PROPAGATORS', 'b3'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'production'],
    ['OTEL_BSP_MAX_QUEUE_SIZE', '0'],
  ])('%s=%s is refused by its name, and a secret is not shown', (name, value) => {
    const loading = (): unknown => load({ [name]: value });
    expect(loading).toThrow(EnvironmentError);
    expect(loading).toThrow(name);
    expect(loading).not.toThrow(/canary/);
  });

  it.each(['OTEL_METRICS_EXPORTER', 'OTEL_LOGS_EXPORTER', 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', 'OTEL_LOG_LEVEL'])(
    '%s is for others, and no misspelling',
    (name) => {
      expect(load({ [name]: 'x' }).warnings).toEqual([]);
    },
  );
});
