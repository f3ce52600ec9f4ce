import { Counter, Histogram } from 'prom-client';

/** Pipelines that ended, by service and outcome. */
export const enrichedTotal = new Counter({
  name: 'ricochet_enriched_total',
  help: 'Pipelines that ended.',
  labelNames: ['service', 'outcome'] as const,
});

/** Steps that failed, by service, step and error code. */
export const stepFailuresTotal = new Counter({
  name: 'ricochet_enrichment_step_failures_total',
  help: 'Steps of a pipeline that failed.',
  labelNames: ['service', 'step', 'code'] as const,
});

/** Seconds a pipeline took, waiting for a place not included. */
export const pipelineSeconds = new Histogram({
  name: 'ricochet_pipeline_seconds',
  help: 'Duration of pipelines.',
  labelNames: ['service'] as const,
  buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2, 10, 60],
});
