import type { EnvironmentProblem } from './config.errors.js';
import type { RawEnvironment } from './parse-environment.js';
import { hasControlCharacter } from './variable-type.js';

const PREFIX = 'SECRET_';
const NAME = /^[A-Z][A-Z0-9_]{0,63}$/;
const QUOTED = /^(["']).*\1$/s;
const LONGEST = 8_192;

/** Named secrets of the environment. */
export interface NamedSecrets {
  readonly secrets: ReadonlyMap<string, string>;
  readonly problems: readonly EnvironmentProblem[];
}

/** Whether a text can name a secret: capitals, digits and `_`, a letter first, at most 64 characters. */
export function isSecretName(name: string): boolean {
  return NAME.test(name);
}

/** Whether a variable of the environment is a named secret. */
export function isNamedSecret(variable: string): boolean {
  return variable.startsWith(PREFIX);
}

/** Reads `SECRET_<NAME>` variables: the credentials that steps name. An empty one counts as not set. Never quotes values. */
export function readNamedSecrets(raw: RawEnvironment): NamedSecrets {
  const secrets = new Map<string, string>();
  const problems: EnvironmentProblem[] = [];
  for (const variable of Object.keys(raw).filter(isNamedSecret)) {
    const value = raw[variable]?.trim() ?? '';
    const name = variable.slice(PREFIX.length);
    if (value === '') continue;
    const problem = isSecretName(name) ? findSecretProblem(value) : BAD_NAME;
    if (problem === null) secrets.set(name, value);
    else problems.push({ name: variable, ...problem });
  }
  return { secrets, problems };
}

type Problem = Omit<EnvironmentProblem, 'name'>;

const BAD_NAME: Problem = {
  problem: 'is not the name of a secret',
  remedy: 'write SECRET_ and capitals, digits and _, e.g. SECRET_CRM_KEY',
};

/** The fault of a secret's value, which is never quoted; null when there is none. */
export function findSecretProblem(value: string): Problem | null {
  if (QUOTED.test(value)) {
    return { problem: 'is wrapped in quotation marks, which would be part of the value', remedy: 'remove them' };
  }
  if (value.length > LONGEST)
    return { problem: `is longer than ${LONGEST} characters`, remedy: 'check what was pasted' };
  return hasControlCharacter(value)
    ? { problem: 'contains a line break or another control character', remedy: 'write it on one line' }
    : null;
}
