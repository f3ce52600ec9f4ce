import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { AppConfig } from '../config/config.js';
import { MigrationStatus } from '../database/migration-status.js';
import { RepeatedReading } from '../database/repeated-reading.js';
import { Drain } from '../queue/drain.js';
import { placeOf, SEALED_COLUMNS } from '../security/sealed-columns.js';
import { SecretBox } from '../security/secret-box.js';
import { makeCredential } from './adobe-credential.js';
import { OrganisationBook, type StoredCredential, type TenantAccess } from './organisation-book.js';
import { type CredentialRow, OrganisationsRepository, type TenantRow } from './organisations.repository.js';

const EVERY_MS = 500;

/**
 * Keeps the book in step with the database: asks for the version twice a second, and reads the tables when it is another.
 * The process that makes a change looks at once. While the database is away, the last pages stand.
 */
@Injectable()
export class OrganisationWatch implements OnApplicationBootstrap {
  private readonly log = new Logger('Organisations');
  private readonly reading = new RepeatedReading({
    name: 'Organisations',
    what: 'organisations',
    everyMs: EVERY_MS,
    read: () => this.refresh(),
  });
  private unreadable = 0;

  constructor(
    private readonly repository: OrganisationsRepository,
    private readonly book: OrganisationBook,
    private readonly box: SecretBox,
    private readonly config: AppConfig,
    private readonly migrations: MigrationStatus,
    private readonly drain: Drain,
  ) {}

  /** The first reading is awaited where it can be made: requests come right after the bootstrap. */
  async onApplicationBootstrap(): Promise<void> {
    // Last of all: what is drained before still asks the book.
    this.drain.register(3, 'organisations', () => this.reading.stop());
    if (this.migrations.isReady()) await this.reading.start();
    else void this.migrations.whenReady().then(() => this.reading.start());
  }

  /** Reads what changed, after the reading under way; a database that is away is told and made up for by the next one. */
  lookNow(): Promise<void> {
    return this.reading.now();
  }

  private async refresh(): Promise<void> {
    // Before the tables: a change that comes in between is then read twice, and never missed.
    const version = await this.repository.readVersion();
    if (version === this.book.pages?.version) return;
    const [credentials, tenants] = await Promise.all([
      this.repository.readCredentials(),
      this.repository.readTenants(),
    ]);
    const stored = new Map(credentials.map((row) => [row.imsOrgId, this.open(row)]));
    this.tellUnreadable([...stored.values()]);
    this.book.replace({ version, credentials: stored, tenants: byService(tenants) });
  }

  private open({ id, imsOrgId, clientId, sealed, scopes, apiKey, revision }: CredentialRow): StoredCredential {
    if (sealed === null) return { kind: 'removed' };
    let clientSecrets: string[];
    try {
      clientSecrets = JSON.parse(this.box.open(sealed, placeOf(SEALED_COLUMNS.adobeSecrets, id))) as string[];
    } catch {
      // Told once for all of them: the error names a row, and its count is what the operator needs.
      return { kind: 'unreadable' };
    }
    const { baseUrl } = this.config.ims;
    const credential = makeCredential({
      baseUrl,
      clientId,
      clientSecrets,
      scopes,
      apiKey: apiKey ?? clientId,
      storedFor: imsOrgId,
      revision,
    });
    return { kind: 'ready', credential };
  }

  private tellUnreadable(stored: readonly StoredCredential[]): void {
    const count = stored.filter(({ kind }) => kind === 'unreadable').length;
    if (count > 0 && count !== this.unreadable) {
      this.log.error(`${count} stored Adobe credentials cannot be opened: no key of ENCRYPTION_KEYS fits`);
    }
    this.unreadable = count;
  }
}

function byService(rows: readonly TenantRow[]): Map<string, Map<string, TenantAccess>> {
  const found = new Map<string, Map<string, TenantAccess>>();
  for (const { service, imsOrgId, access } of rows) {
    const rules = found.get(service) ?? new Map<string, TenantAccess>();
    found.set(service, rules.set(imsOrgId, access));
  }
  return found;
}
