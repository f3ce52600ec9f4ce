import type { EnvironmentProblem } from './config.errors.js';
import { ENV_SCHEMA, type EnvironmentValues, VARIABLE_NAMES, type VariableName } from './env-schema.js';
import type { Environment, Variable } from './env-variable.js';
import { refuse } from './variable-type.js';

/** Variables as text, by name. An empty one counts as not set, as container files write it. */
export type RawEnvironment = Readonly<Record<string, string | undefined>>;

/** The readable values. `values` lacks exactly the variables that have a problem. */
export interface ParsedEnvironment {
  readonly environment: Environment;
  readonly values: Partial<EnvironmentValues>;
  readonly problems: readonly EnvironmentProblem[];
}

/** `docker run --env-file` and systemd units hand quotation marks on; a key that wears them is one no caller presents. */
const QUOTED = /^(["']).*\1$/s;
const IN_QUOTES = refuse('is wrapped in quotation marks, which would be part of the value', 'remove them');

/** Reads every variable by its schema and collects everything that is wrong. */
export function parseEnvironment(raw: RawEnvironment): ParsedEnvironment {
  const environment: Environment =
    textOf(raw, 'NODE_ENV')?.toLowerCase() === 'production' ? 'production' : 'development';
  const values: Record<string, unknown> = {};
  const problems: EnvironmentProblem[] = [];
  for (const name of VARIABLE_NAMES) {
    const variable: Variable<unknown> = ENV_SCHEMA[name];
    const text = textOf(raw, name);
    if (text === null) {
      values[name] = variable.absent(environment);
      continue;
    }
    const parsed = QUOTED.test(text) ? IN_QUOTES : variable.parse(text);
    if (parsed.kind === 'accepted') {
      values[name] = parsed.value;
    } else {
      problems.push({ name, problem: parsed.problem, remedy: parsed.remedy });
    }
  }
  return { environment, values, problems };
}

/** The text of a variable that is set, without blanks around it; null otherwise. */
export function textOf(raw: RawEnvironment, name: VariableName): string | null {
  const text = raw[name]?.trim();
  return text === undefined || text === '' ? null : text;
}
