/** Pipelines and providers do not fit together; stops the boot with every problem at once. */
export class EnrichmentConfigurationError extends Error {
  readonly code = 'ENRICHMENT_CONFIGURATION_INVALID';

  constructor(
    readonly problems: readonly string[],
    options?: ErrorOptions,
  ) {
    super(`The enrichment configuration has ${problems.length} problem(s):\n  ${problems.join('\n  ')}`, options);
    this.name = 'EnrichmentConfigurationError';
  }
}

/** A step did not answer in its time. */
export class StepTimeoutError extends Error {
  readonly code = 'STEP_TIMEOUT';

  constructor(readonly ms: number) {
    super(`no answer within ${Math.round(ms)} ms`);
    this.name = 'StepTimeoutError';
  }
}
