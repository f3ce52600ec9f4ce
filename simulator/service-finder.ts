import type { CallerCredentials } from './caller-credentials.js';
import { fetchContract, type EntityType, type ServiceContract } from './service-contract.js';
import type { JourneyService } from './journey-player.js';

/** The services that ship, by what they serve. */
export const SHIPPED_SERVICES: Readonly<Record<EntityType, string>> = Object.freeze({
  lead: 'contact-quality',
  account: 'account-profile',
  accountPerson: 'buying-group',
});

/**
 * Finds one service by its apiName below the address of a running Ricochet.
 * @throws when it is not there, or serves other entities than expected.
 */
export async function findService(
  url: string,
  entityType: EntityType,
  apiName: string,
  apiKey: CallerCredentials,
): Promise<JourneyService> {
  const base = `${trimBase(url)}/services/${encodeURIComponent(apiName)}`;
  const contract = await fetchContract(base, apiKey);
  if (contract.entityType !== entityType) {
    throw new Error(`service ${apiName} serves ${contract.entityType}, not ${entityType}`);
  }
  return { base, contract };
}

/**
 * Definitions of services that start later than the simulator, or are edited and restarted meanwhile: asks again when
 * what it knows is two seconds old.
 */
export class LateContracts {
  private readonly contracts = new Map<EntityType, ServiceContract>();
  private nextAskAtMs = 0;
  private asking: Promise<void> = Promise.resolve();

  constructor(
    private readonly url: string,
    private readonly apiKey: () => string | null,
    private readonly services: Readonly<Record<EntityType, string>>,
  ) {}

  get(entityType: EntityType): ServiceContract | null {
    return this.contracts.get(entityType) ?? null;
  }

  /** Asks for every definition; a service out of reach is no error here, what is known of it stays. */
  refresh(): Promise<void> {
    // Whoever comes while somebody asks waits for the same answer: callbacks of a burst are all checked.
    if (performance.now() >= this.nextAskAtMs) {
      this.nextAskAtMs = performance.now() + 2000;
      this.asking = this.ask();
    }
    return this.asking;
  }

  private async ask(): Promise<void> {
    const apiKey = this.apiKey();
    const types = Object.keys(this.services) as EntityType[];
    const answers = await Promise.allSettled(
      types.map((type) => findService(this.url, type, this.services[type], apiKey)),
    );
    for (const answer of answers) {
      if (answer.status === 'fulfilled') this.contracts.set(answer.value.contract.entityType, answer.value.contract);
    }
  }
}

/** An address without trailing slashes and without the path of one service. */
export function trimBase(url: string): string {
  return url.replace(/\/+$/, '').replace(/\/services\/[^/]+$/, '');
}
