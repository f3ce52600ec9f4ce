/** One AES-256 key; the first configured encrypts, all decrypt. */
export interface EncryptionKey {
  readonly id: string;
  /** 32 bytes. */
  readonly key: Buffer;
}

export interface BasicUser {
  readonly username: string;
  readonly password: string;
}

/** Everything configurable that must never be shown. Kept apart from AppConfig so that no dump of it can leak. */
export abstract class Secrets {
  abstract readonly databaseUrl: string | null;
  abstract readonly redisUrl: string | null;
  abstract readonly inboundApiKeys: readonly string[];
  abstract readonly inboundBasicUsers: readonly BasicUser[];
  abstract readonly adminApiKeys: readonly string[];
  abstract readonly encryptionKeys: readonly EncryptionKey[];
  abstract readonly adobeClientSecrets: readonly string[];
  /** By name: what `SECRET_<NAME>` says. Steps name them. */
  abstract readonly named: ReadonlyMap<string, string>;
}
