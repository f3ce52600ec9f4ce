import type { AppConfig } from '../../config/config.js';
import type { Secrets } from '../../config/secrets.js';

/** The installation that a file is checked for. */
export interface Installation {
  readonly config: {
    readonly environment: AppConfig['environment'];
    readonly http: Pick<AppConfig['http'], 'publicUrl'>;
    readonly inbound: Pick<AppConfig['inbound'], 'auth' | 'apiKeyName' | 'apiKeyIn'>;
    readonly intake: Pick<AppConfig['intake'], 'ackStatus'>;
  };
  /** Some caller can use Basic authentication. */
  readonly hasBasicUsers: boolean;
}

/** The part of a configuration that a check needs. It can be sent to a thread. */
export function installationOf(
  { environment, http, inbound, intake }: AppConfig,
  secrets: Pick<Secrets, 'inboundBasicUsers'>,
): Installation {
  const { auth, apiKeyName, apiKeyIn } = inbound;
  return {
    config: {
      environment,
      http: { publicUrl: http.publicUrl },
      inbound: { auth, apiKeyName, apiKeyIn },
      intake: { ackStatus: intake.ackStatus },
    },
    hasBasicUsers: secrets.inboundBasicUsers.length > 0,
  };
}
