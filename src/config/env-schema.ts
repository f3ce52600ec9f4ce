import { ADOBE_VARIABLES } from './variables/adobe.variables.js';
import { CALLER_VARIABLES } from './variables/callers.variables.js';
import { EXCHANGE_VARIABLES } from './variables/exchange.variables.js';
import { MARKETO_VARIABLES } from './variables/marketo.variables.js';
import { OPERATION_VARIABLES } from './variables/operation.variables.js';
import { RUNTIME_VARIABLES } from './variables/runtime.variables.js';
import { TELEMETRY_VARIABLES } from './variables/telemetry.variables.js';

/** Every variable the service reads, in the order the documentation shows them. */
export const ENV_SCHEMA = Object.freeze({
  ...RUNTIME_VARIABLES,
  ...CALLER_VARIABLES,
  ...ADOBE_VARIABLES,
  ...MARKETO_VARIABLES,
  ...EXCHANGE_VARIABLES,
  ...OPERATION_VARIABLES,
  ...TELEMETRY_VARIABLES,
});

/** A variable's name. */
export type VariableName = keyof typeof ENV_SCHEMA;

/** The values of the variables once read; null where one is not set and has no default. */
export type EnvironmentValues = {
  readonly [Name in VariableName]: ReturnType<(typeof ENV_SCHEMA)[Name]['absent']>;
};

/** Every variable's name, in documentation order. */
export const VARIABLE_NAMES = Object.freeze(Object.keys(ENV_SCHEMA) as VariableName[]);
