import { Injectable, Logger } from '@nestjs/common';
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { v7 as uuidv7 } from 'uuid';
import { Database } from '../database/database.js';
import { SEALED_COLUMNS, placeOf } from '../security/sealed-columns.js';
import { SecretBox } from '../security/secret-box.js';
import { SecretUnreadableError } from '../security/secret.errors.js';
import { FreshRead } from './fresh-read.js';
import { type SigningKeyRow, SigningKeysRepository } from './signing-keys.repository.js';

/** Short signatures, and every library knows it. */
export const ALGORITHM = 'ES256';
/** A key signs for so long; the first token after that is signed by a new one. */
const SIGNS_DAYS = 30;
/** Longer than a token that it signed last may be accepted: 15 minutes, and 60 seconds for clocks. */
const OVERLAP_SECONDS = 20 * 60;
/** How long a process believes the keys that it read. */
const BELIEVED_MS = 10_000;

/** The key that signs now. */
export interface SigningKey {
  readonly id: string;
  readonly key: CryptoKey;
}

/**
 * The keys that sign our access tokens: shared by all processes through Postgres, and made when they are needed. A loop that
 * rotates lost: without tokens there is nothing to sign, and with them the token that finds its key old makes the next.
 */
@Injectable()
export class SigningKeys {
  private readonly log = new Logger('OAuth');
  /** The one that was opened last. */
  private opened: SigningKey | null = null;
  private readonly verifying = new FreshRead<ReadonlyMap<string, CryptoKey>>(() => this.readVerifying());

  constructor(
    private readonly database: Database,
    private readonly repository: SigningKeysRepository,
    private readonly box: SecretBox,
  ) {}

  /** Asked of Postgres each time: a key that another process retired signs no more. */
  async current(): Promise<SigningKey> {
    const row = await this.repository.findCurrent(SIGNS_DAYS);
    const key = row === null || row.isOld ? null : await this.open(row);
    return key ?? this.replace();
  }

  /** The public key that a token names; null when it is unknown, or retired. */
  async findVerifying(id: string): Promise<CryptoKey | null> {
    // A key that another process made a moment ago is not in the last reading: one that begins now has it.
    const keys = await this.verifying.get(BELIEVED_MS, (known) => known.has(id));
    return keys.get(id) ?? null;
  }

  private async replace(): Promise<SigningKey> {
    const id = uuidv7();
    const { publicKey, privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
    const [publicJwk, privateJwk] = [await exportJWK(publicKey), await exportJWK(privateKey)];
    const sealed = this.box.seal(JSON.stringify(privateJwk), placeOf(SEALED_COLUMNS.oauthSigningKeys, id));
    const other = await this.database.transaction(async (tx) => {
      await this.repository.lock(tx);
      const row = await this.repository.findCurrent(SIGNS_DAYS, tx);
      if (row !== null && !row.isOld && this.isReadable(row)) return row;
      await this.repository.replace(tx, { id, publicKey: publicJwk, privateKey: sealed }, OVERLAP_SECONDS);
      return null;
    });
    if (other !== null) return this.openReadable(other);
    this.log.log(`Access tokens are signed by the new key ${id} from now on`);
    this.opened = { id, key: privateKey };
    return this.opened;
  }

  /** Null when no key of ENCRYPTION_KEYS opens it: tokens need not wait for a person, as a new one serves as well. */
  private async open(row: SigningKeyRow): Promise<SigningKey | null> {
    if (this.opened?.id === row.id) return this.opened;
    const text = this.unseal(row);
    if (text === null) return null;
    const key = (await importJWK(JSON.parse(text) as JWK, ALGORITHM)) as CryptoKey;
    this.opened = { id: row.id, key };
    return this.opened;
  }

  private async openReadable(row: SigningKeyRow): Promise<SigningKey> {
    const opened = await this.open(row);
    if (opened === null) throw new Error('a signing key was readable, and is no longer');
    return opened;
  }

  private isReadable(row: SigningKeyRow): boolean {
    return this.unseal(row) !== null;
  }

  private unseal({ id, privateKey }: SigningKeyRow): string | null {
    try {
      return this.box.open(privateKey, placeOf(SEALED_COLUMNS.oauthSigningKeys, id));
    } catch (error) {
      if (!(error instanceof SecretUnreadableError)) throw error;
      this.log.warn(`The signing key ${id} cannot be read and is replaced: ${error.message}`);
      return null;
    }
  }

  private async readVerifying(): Promise<ReadonlyMap<string, CryptoKey>> {
    const rows = await this.repository.listVerifying();
    const keys = rows.map(async ({ id, publicKey }): Promise<[string, CryptoKey]> => {
      return [id, (await importJWK(publicKey, ALGORITHM)) as CryptoKey];
    });
    return new Map(await Promise.all(keys));
  }
}
