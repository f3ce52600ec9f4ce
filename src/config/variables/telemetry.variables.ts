import { webAddress } from '../address-types.js';
import { optional, setting } from '../env-variable.js';
import { headerPairs, propagators, resourceAttributes, share } from '../telemetry-types.js';
import { choice, flag, integer, line } from '../variable-type.js';

const PROTOCOLS = ['http/protobuf', 'http/json'] as const;

/** The standard variables of OpenTelemetry that this service knows. Its libraries read more of them by themselves. */
export const TELEMETRY_VARIABLES = Object.freeze({
  OTEL_SDK_DISABLED: setting({
    group: 'Telemetry',
    type: flag,
    default: 'false',
    meaning: 'true: no traces, whatever else is set',
  }),
  OTEL_TRACES_EXPORTER: optional({
    group: 'Telemetry',
    type: choice(['otlp', 'none']),
    otherwise: 'otlp where an endpoint is set, otherwise none',
    meaning: 'where traces go',
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: optional({
    group: 'Telemetry',
    type: webAddress,
    otherwise: 'http://localhost:4318 with OTEL_TRACES_EXPORTER=otlp',
    meaning: 'the collector; /v1/traces is added. The rules for outbound addresses do not apply to it',
  }),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: optional({
    group: 'Telemetry',
    type: webAddress,
    meaning: 'the same for traces alone, used as it is',
  }),
  OTEL_EXPORTER_OTLP_HEADERS: optional({
    group: 'Telemetry',
    type: headerPairs,
    secret: true,
    meaning: 'headers for the collector, e.g. its key: name=value, separated by commas, percent-encoded',
  }),
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: optional({
    group: 'Telemetry',
    type: headerPairs,
    secret: true,
    meaning: 'further headers for traces alone',
  }),
  OTEL_EXPORTER_OTLP_PROTOCOL: setting({
    group: 'Telemetry',
    type: choice(PROTOCOLS),
    default: 'http/protobuf',
    meaning: 'how traces are written; gRPC is not spoken',
  }),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: optional({
    group: 'Telemetry',
    type: choice(PROTOCOLS),
    meaning: 'the same for traces alone',
  }),
  OTEL_EXPORTER_OTLP_TIMEOUT: setting({
    group: 'Telemetry',
    type: integer({ min: 100, max: 60_000, unit: 'milliseconds' }),
    default: '10000',
    meaning: 'how long one export may take, its retries included',
  }),
  OTEL_EXPORTER_OTLP_COMPRESSION: setting({
    group: 'Telemetry',
    type: choice(['none', 'gzip']),
    default: 'none',
    meaning: 'whether exports are compressed',
  }),
  OTEL_EXPORTER_OTLP_CERTIFICATE: optional({
    group: 'Telemetry',
    type: line('path'),
    meaning: "PEM file of the authorities that the collector's certificate is checked against",
  }),
  OTEL_SERVICE_NAME: setting({
    group: 'Telemetry',
    type: line('text'),
    default: 'ricochet',
    meaning: 'service.name of every span',
  }),
  OTEL_RESOURCE_ATTRIBUTES: optional({
    group: 'Telemetry',
    type: resourceAttributes,
    meaning: 'further attributes of this process: name=value, separated by commas',
  }),
  OTEL_TRACES_SAMPLER: setting({
    group: 'Telemetry',
    type: choice([
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
      'always_on',
      'always_off',
      'traceidratio',
    ]),
    default: 'parentbased_always_on',
    meaning: 'which requests are traced; set it alike in every process, because each decides by the id alone',
  }),
  OTEL_TRACES_SAMPLER_ARG: setting({
    group: 'Telemetry',
    type: share,
    default: '1',
    meaning: 'the share of requests that traceidratio and parentbased_traceidratio trace',
  }),
  OTEL_PROPAGATORS: setting({
    group: 'Telemetry',
    type: propagators,
    default: 'tracecontext,baggage',
    meaning: "with tracecontext, a caller's traceparent becomes a link of the trace; none: it is not looked at",
  }),
  OTEL_BSP_SCHEDULE_DELAY: setting({
    group: 'Telemetry',
    type: integer({ min: 10, max: 60_000, unit: 'milliseconds' }),
    default: '5000',
    meaning: 'how long spans are collected before they leave together',
  }),
  OTEL_BSP_MAX_QUEUE_SIZE: setting({
    group: 'Telemetry',
    type: integer({ min: 1, max: 1_000_000, unit: 'spans' }),
    default: '2048',
    meaning: 'most spans that wait for the collector; further ones are dropped and counted',
  }),
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: setting({
    group: 'Telemetry',
    type: integer({ min: 1, max: 100_000, unit: 'spans' }),
    default: '512',
    meaning: 'most spans of one export',
  }),
  OTEL_BSP_EXPORT_TIMEOUT: setting({
    group: 'Telemetry',
    type: integer({ min: 100, max: 60_000, unit: 'milliseconds' }),
    default: '30000',
    meaning: 'after which the next export no longer waits for the one before',
  }),
});
