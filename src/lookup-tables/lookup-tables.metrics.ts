import { Counter } from 'prom-client';

/** Uploads of tables that ended, by outcome. */
export const lookupUploadsTotal = new Counter({
  name: 'ricochet_lookup_uploads_total',
  help: 'Uploads of lookup tables that ended.',
  labelNames: ['outcome'] as const,
});

/** Keys that were looked up, by result. */
export const lookupKeysTotal = new Counter({
  name: 'ricochet_lookup_keys_total',
  help: 'Keys looked up in tables.',
  labelNames: ['result'] as const,
});
