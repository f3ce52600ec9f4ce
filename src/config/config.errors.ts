/** One thing wrong with the environment. Never carries the value of a secret. */
export interface EnvironmentProblem {
  readonly name: string;
  readonly problem: string;
  /** The remedy. */
  readonly remedy: string;
}

/** The environment cannot be served from; the message lists every problem, one per line. */
export class EnvironmentError extends Error {
  readonly code = 'CONFIGURATION_INVALID';

  constructor(readonly problems: readonly EnvironmentProblem[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    const lines = problems.map(({ name, problem, remedy }) => `  ${name}: ${problem}; ${remedy}`);
    super([`The configuration has ${count}:`, ...lines].join('\n'));
    this.name = 'EnvironmentError';
  }
}
