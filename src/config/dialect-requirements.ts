import type { AppConfig } from './config.js';
import type { EnvironmentProblem } from './config.errors.js';
import type { VariableName } from './env-schema.js';
import type { Secrets } from './secrets.js';

/** The variables that production needs for a dialect, with the remedy of each. */
export const DIALECT_VARIABLES = Object.freeze({
  externalActions: [
    ['ADOBE_CLIENT_ID', "set the client id of your project in Adobe's Developer Console"],
    ['ADOBE_CLIENT_SECRETS', 'set the client secret of the same credential'],
    ['ADOBE_SCOPES', "set the scopes of the same credential, as Adobe's Developer Console lists them"],
    ['ADOBE_IMS_ORG_IDS', 'set the IMS organisations to serve, e.g. 0123456789ABCDEF@AdobeOrg'],
  ],
  marketo: [['MARKETO_MUNCHKIN_IDS', 'set the munchkin ids of the Marketo subscriptions to serve, e.g. 123-ABC-456']],
} as const satisfies Record<string, readonly (readonly [VariableName, string])[]>);

type Dialect = keyof typeof DIALECT_VARIABLES;
type DialectVariable = (typeof DIALECT_VARIABLES)[Dialect][number][0];

/** The settings that production lacks for the dialects that the loaded services speak. */
export function findUnmetDialects(
  { environment, ims, marketo }: Pick<AppConfig, 'environment' | 'ims' | 'marketo'>,
  { adobeClientSecrets }: Pick<Secrets, 'adobeClientSecrets'>,
  spoken: ReadonlySet<Dialect>,
): EnvironmentProblem[] {
  if (environment !== 'production') return [];
  const isSet: Readonly<Record<DialectVariable, boolean>> = {
    ADOBE_CLIENT_ID: ims.clientId !== null,
    ADOBE_CLIENT_SECRETS: adobeClientSecrets.length > 0,
    ADOBE_SCOPES: ims.scopes.length > 0,
    ADOBE_IMS_ORG_IDS: ims.orgIds !== null,
    MARKETO_MUNCHKIN_IDS: marketo.munchkinIds !== null,
  };
  return [...spoken].flatMap((dialect) =>
    DIALECT_VARIABLES[dialect]
      .filter(([name]) => !isSet[name])
      .map(([name, remedy]) => ({ name, problem: 'is required in production', remedy })),
  );
}
