import { setting } from '../env-variable.js';
import { choice, flag, integer } from '../variable-type.js';

/** Timings, limits and what operators turn. */
export const OPERATION_VARIABLES = Object.freeze({
  LEASE_ENRICH_MS: setting({
    group: 'Timing and throughput',
    type: integer({ min: 100, max: 3_600_000, unit: 'milliseconds' }),
    default: '20000',
    meaning: 'how long a process keeps an action under enrichment without a sign of life; then another takes it',
  }),
  LEASE_DELIVERY_MS: setting({
    group: 'Timing and throughput',
    type: integer({ min: 100, max: 3_600_000, unit: 'milliseconds' }),
    default: '45000',
    meaning: 'the same for a delivery',
  }),
  POLL_MS: setting({
    group: 'Timing and throughput',
    type: integer({ min: 10, max: 60_000, unit: 'milliseconds' }),
    default: '1000',
    meaning: 'how often an idle worker looks for work without a ring',
  }),
  ENRICH_CONCURRENCY: setting({
    group: 'Timing and throughput',
    type: integer({ min: 1, max: 10_000, unit: 'actions' }),
    default: '64',
    meaning: 'actions enriched side by side in this process',
  }),
  ENRICH_IO_CONCURRENCY: setting({
    group: 'Timing and throughput',
    type: integer({ min: 1, max: 100_000, unit: 'actions' }),
    default: '1024',
    meaning: 'actions of this process that wait for the answer of a system a step asks; they count nowhere else',
  }),
  EXPRESSION_THREADS: setting({
    group: 'Timing and throughput',
    type: integer({ min: 1, max: 64, unit: 'threads' }),
    default: '2',
    meaning: 'threads that evaluate expressions, started with the first one',
  }),
  EXPRESSION_TIMEOUT_MS: setting({
    group: 'Timing and throughput',
    type: integer({ min: 1, max: 60_000, unit: 'milliseconds' }),
    default: '1000',
    meaning:
      'how long one evaluation may take, of up to a hundred people of an account together; then its thread is replaced',
  }),
  EXPRESSION_HEAP_MB: setting({
    group: 'Timing and throughput',
    type: integer({ min: 16, max: 4_096, unit: 'megabytes' }),
    default: '64',
    meaning: 'most memory of one thread; an expression that needs more fails',
  }),
  EXPRESSION_RESULT_MAX_BYTES: setting({
    group: 'Timing and throughput',
    type: integer({ min: 100, max: 67_108_864, unit: 'bytes' }),
    default: '1048576',
    meaning: 'most that an expression may return for one subject',
  }),
  DELIVERY_CONCURRENCY: setting({
    group: 'Timing and throughput',
    type: integer({ min: 1, max: 10_000, unit: 'deliveries' }),
    default: '2048',
    meaning: 'deliveries under way side by side in this process',
  }),
  BATCH_MAX: setting({
    group: 'Timing and throughput',
    type: integer({ min: 1, max: 1_000, unit: 'rows' }),
    default: '200',
    meaning: 'most rows one statement writes',
  }),
  INTAKE_QUEUE_MAX: setting({
    group: 'Timing and throughput',
    type: integer({ min: 1, max: 1_000_000, unit: 'requests' }),
    default: '5000',
    meaning: 'requests waiting to be written before callers get 429',
  }),
  BACKLOG_MAX: setting({
    group: 'Timing and throughput',
    type: integer({ min: 1, max: 100_000_000, unit: 'rows' }),
    default: '100000',
    meaning: 'due rows before callers get 429',
  }),
  RETENTION_PAYLOAD_DAYS: setting({
    group: 'Operations',
    type: integer({ min: 1, max: 3_650, unit: 'days' }),
    default: '30',
    meaning: 'after which payloads and bodies are deleted',
  }),
  RETENTION_ROW_DAYS: setting({
    group: 'Operations',
    type: integer({ min: 1, max: 3_650, unit: 'days' }),
    default: '90',
    meaning: 'after which finished rows are deleted',
  }),
  RETENTION_RESULT_DAYS: setting({
    group: 'Operations',
    type: integer({ min: 1, max: 3_650, unit: 'days' }),
    default: '30',
    meaning: 'after which results of asynchronous calls can no longer be retrieved',
  }),
  RETENTION_AUDIT_DAYS: setting({
    group: 'Operations',
    type: integer({ min: 1, max: 3_650, unit: 'days' }),
    default: '365',
    meaning: 'after which entries of the audit are deleted',
  }),
  AUDIT_ADDRESS: setting({
    group: 'Operations',
    type: choice(['full', 'network', 'none']),
    default: 'network',
    meaning:
      "which part of an administrator's address the audit keeps: all, its network (the first 24 bits of IPv4, 48 of IPv6), or none",
  }),
  ADMIN_REVEAL: setting({
    group: 'Operations',
    type: flag,
    default: 'false',
    meaning:
      'whether keys of the role admin may look at the content of one action (`POST /admin/actions/<id>/reveal`), for a reason that the audit keeps',
  }),
  SHUTDOWN_GRACE_MS: setting({
    group: 'Operations',
    type: integer({ min: 0, max: 600_000, unit: 'milliseconds' }),
    default: '25000',
    meaning: 'how long a stopping process lets work under way finish',
  }),
  LOG_LEVEL: setting({
    group: 'Operations',
    type: choice(['fatal', 'error', 'warn', 'log', 'debug', 'verbose']),
    default: 'log',
    meaning: 'least important level that is logged',
  }),
  LOG_TRAFFIC: setting({
    group: 'Operations',
    type: flag,
    default: 'true',
    meaning:
      'one line per accepted action and per attempt, so that one id can be followed; needs LOG_LEVEL log or below',
  }),
});
