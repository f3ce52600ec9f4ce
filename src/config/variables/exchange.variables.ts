import { addressList, cidrList } from '../address-types.js';
import { retrySchedule } from '../duration.js';
import { optional, setting } from '../env-variable.js';
import { flag, integer, numericChoice } from '../variable-type.js';

/** Variables about requests to customers, and readings of the wire. */
export const EXCHANGE_VARIABLES = Object.freeze({
  REGISTRATION_RETRY_SCHEDULE: setting({
    group: 'Outbound',
    type: retrySchedule,
    default: '0s,5s,5m,30m,2h,5h,10h,14h,20h,24h',
    meaning: 'waits before each attempt at a registered callback; after the last one it is dead',
  }),
  OUTBOUND_ALLOW_HTTP: setting({
    group: 'Outbound',
    type: flag,
    default: { development: 'true', production: 'false' },
    meaning: 'allow callbacks over http (never for EQP)',
  }),
  OUTBOUND_ALLOW_CIDRS: optional({
    group: 'Outbound',
    type: cidrList,
    meaning: 'private addresses callbacks may go to nevertheless',
  }),
  STEP_ALLOW_CIDRS: optional({
    group: 'Outbound',
    type: cidrList,
    meaning:
      'private addresses that a step of a service may name in its `allowCidrs`; opens nothing by itself, and nothing for callbacks',
  }),
  STEP_CACHE_MAX_MB: setting({
    group: 'Outbound',
    type: integer({ min: 1, max: 1_048_576, unit: 'MiB' }),
    default: '512',
    meaning: 'most that cached answers of steps take in PostgreSQL; those that expire first go',
  }),
  EGRESS_IPS: optional({
    group: 'Outbound',
    type: addressList,
    meaning: 'our egress addresses, shown to customers who must allow-list them',
  }),
  ACK_STATUS: setting({
    group: 'Wire',
    type: numericChoice([200, 201]),
    default: '200',
    meaning: 'status of an accepted request',
  }),
  VALIDATION_STATUS: setting({
    group: 'Wire',
    type: numericChoice([422, 400]),
    default: '422',
    meaning: 'status of a well-formed request that its service cannot take',
  }),
  ASYNC_CALL_WAIT_MS: setting({
    group: 'Wire',
    type: integer({ min: 1, max: 60_000, unit: 'milliseconds' }),
    default: '10000',
    meaning: 'how long a synchronous call of the SOAP API waits for its result before it is told to go asynchronous',
  }),
});
