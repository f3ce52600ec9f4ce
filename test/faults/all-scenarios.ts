import { ENDPOINT_SCENARIOS } from './scenarios-endpoint.js';
import { FAILOVER_SCENARIOS } from './scenarios-failover.js';
import { HTTP_STEP_SCENARIOS } from './scenarios-http-step.js';
import { IMS_SCENARIOS } from './scenarios-ims.js';
import { KILL_SCENARIOS } from './scenarios-kill.js';
import { LOOKUP_SCENARIOS } from './scenarios-lookup.js';
import { NOTIFY_SCENARIOS } from './scenarios-notify.js';
import { MARKETO_SCENARIOS } from './scenarios-marketo.js';
import { ONCE_SCENARIOS } from './scenarios-once.js';
import { POSTGRES_SCENARIOS } from './scenarios-postgres.js';
import { REDIS_SCENARIOS } from './scenarios-redis.js';
import { REPLICA_SCENARIOS } from './scenarios-replicas.js';
import { SWEEP_SCENARIOS } from './scenarios-sweeps.js';
import { SERVICES_SCENARIOS } from './scenarios-services.js';
import type { Scenario } from './scenario.js';

/** Every fault of the suite, in the order of the table. */
export const ALL_SCENARIOS: readonly Scenario[] = [
  ...KILL_SCENARIOS,
  ...SWEEP_SCENARIOS,
  ...LOOKUP_SCENARIOS,
  ...HTTP_STEP_SCENARIOS,
  ...SERVICES_SCENARIOS,
  ...MARKETO_SCENARIOS,
  ...ONCE_SCENARIOS,
  ...POSTGRES_SCENARIOS,
  ...FAILOVER_SCENARIOS,
  ...NOTIFY_SCENARIOS,
  ...REDIS_SCENARIOS,
  ...REPLICA_SCENARIOS,
  ...ENDPOINT_SCENARIOS,
  ...IMS_SCENARIOS,
];
