import type { Parsed, VariableType } from './variable-type.js';

/** The two ways to run; `test` runs as development. */
export type Environment = 'production' | 'development';

/** The groups of variables in the documentation. */
export type VariableGroup =
  | 'Where it runs'
  | 'Callers'
  | 'Adobe'
  | 'Marketo'
  | 'Outbound'
  | 'Wire'
  | 'Timing and throughput'
  | 'Operations'
  | 'Telemetry';

/** One variable as data. `Value` is what the rest of the service sees. */
export interface Variable<Value> {
  readonly group: VariableGroup;
  readonly typeLabel: string;
  /** The default as a user would write it; null: none. */
  readonly default: Readonly<Record<Environment, string>> | null;
  /** The behaviour without a default, for the documentation. */
  readonly otherwise: string | null;
  /** Where it has to be set, for the documentation; enforced by requirements.ts. */
  readonly requiredIn: string | null;
  readonly secret: boolean;
  readonly meaning: string;
  /** The value of a text that is neither empty nor padded. */
  parse(text: string): Parsed<Value>;
  /** The value of a variable that is not set. */
  absent(environment: Environment): Value;
}

interface Described<Value> {
  readonly group: VariableGroup;
  readonly type: VariableType<Value>;
  readonly meaning: string;
  readonly secret?: boolean;
}

/** A variable with a default; the default is read like any other text, so it cannot drift from its type. */
export function setting<Value>(
  spec: Described<Value> & { readonly default: string | Readonly<Record<Environment, string>> },
): Variable<Value> {
  const defaults =
    typeof spec.default === 'string' ? { development: spec.default, production: spec.default } : spec.default;
  return {
    ...describe(spec),
    default: Object.freeze(defaults),
    otherwise: null,
    requiredIn: null,
    absent: (environment) => {
      const parsed = spec.type.parse(defaults[environment]);
      if (parsed.kind === 'refused') {
        throw new Error(`the default "${defaults[environment]}" ${parsed.problem}`);
      }
      return parsed.value;
    },
  };
}

/** A variable that may be missing. */
export function optional<Value>(
  spec: Described<Value> & { readonly otherwise?: string; readonly requiredIn?: string },
): Variable<Value | null> {
  return {
    ...describe<Value | null>(spec),
    default: null,
    otherwise: spec.otherwise ?? null,
    requiredIn: spec.requiredIn ?? null,
    absent: () => null,
  };
}

function describe<Value>(spec: Described<Value>) {
  return {
    group: spec.group,
    typeLabel: spec.type.label,
    secret: spec.secret ?? false,
    meaning: spec.meaning,
    parse: (text: string) => spec.type.parse(text),
  };
}
