import { createCipheriv, createDecipheriv, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Secrets } from '../config/secrets.js';
import { SecretUnreadableError } from './secret.errors.js';

/** Where a ciphertext lives; it opens nowhere else, so a row's secret cannot be moved to another row. */
export interface SecretAad {
  readonly table: string;
  readonly column: string;
  readonly rowId: string;
}

interface SealedParts {
  readonly keyId: string;
  readonly nonce: Buffer;
  readonly ciphertext: Buffer;
  readonly tag: Buffer;
}

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const NONCES_PER_DRAW = 256;

/**
 * Encrypts what is stored of other people's secrets. The text form is `keyId.nonce.ciphertext.tag`, the last three in
 * base64url; the first configured key encrypts, all of them decrypt, so keys can be rotated while rows are read.
 */
@Injectable()
export class SecretBox {
  private readonly keys: ReadonlyMap<string, KeyObject>;
  private readonly sealingKeyId: string;
  private readonly sealingKey: KeyObject;
  private random: Buffer = Buffer.alloc(0);
  private randomUsed = 0;

  /** @throws Error naming the key's id (never the key) when a key is missing or has the wrong length. */
  constructor(secrets: Secrets) {
    this.keys = new Map(
      secrets.encryptionKeys.map(({ id, key }) => {
        if (key.length !== KEY_BYTES) throw new Error(`Encryption key "${id}" must have ${KEY_BYTES} bytes.`);
        return [id, createSecretKey(key)];
      }),
    );
    const first = this.keys.entries().next().value;
    if (first === undefined) throw new Error('No encryption key is configured (ENCRYPTION_KEYS).');
    [this.sealingKeyId, this.sealingKey] = first;
  }

  /** Encrypts under the first key with a fresh nonce: the same text never seals to the same value twice. */
  seal(plaintext: string, aad: SecretAad): string {
    const nonce = this.nextNonce();
    const cipher = createCipheriv(CIPHER, this.sealingKey, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(encodeAad(aad));
    // All of it comes from `update`: GCM has no padding for `final` to bring, and a text decoder would cost more.
    const ciphertext = cipher.update(plaintext, 'utf8').toString('base64url');
    cipher.final();
    return `${this.sealingKeyId}.${nonce.toString('base64url')}.${ciphertext}.${cipher.getAuthTag().toString('base64url')}`;
  }

  /** Random bytes are drawn for many nonces at once: a draw costs more than an encryption. None is used twice. */
  private nextNonce(): Buffer {
    if (this.randomUsed === this.random.length) {
      this.random = randomBytes(NONCE_BYTES * NONCES_PER_DRAW);
      this.randomUsed = 0;
    }
    this.randomUsed += NONCE_BYTES;
    return this.random.subarray(this.randomUsed - NONCE_BYTES, this.randomUsed);
  }

  /** @throws SecretUnreadableError when no configured key fits, or the value was changed or belongs elsewhere. */
  open(sealed: string, aad: SecretAad): string {
    const parts = parseSealed(sealed);
    if (parts === null) throw new SecretUnreadableError(`The secret in ${where(aad)} is not in a form we write.`);
    const key = this.keys.get(parts.keyId);
    if (key === undefined) {
      throw new SecretUnreadableError(`The key that sealed the secret in ${where(aad)} is not configured.`);
    }
    try {
      const decipher = createDecipheriv(CIPHER, key, parts.nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(encodeAad(aad));
      decipher.setAuthTag(parts.tag);
      // As in `seal`: a text decoder of the cipher's own costs a microsecond.
      const plaintext = decipher.update(parts.ciphertext).toString('utf8');
      decipher.final();
      return plaintext;
    } catch (cause) {
      throw new SecretUnreadableError(
        `The secret in ${where(aad)} was changed, or its key is not the one that sealed it.`,
        {
          cause,
        },
      );
    }
  }

  /** As {@link open}; null where that says that it cannot be read. */
  openOrNull(sealed: string, aad: SecretAad): string | null {
    try {
      return this.open(sealed, aad);
    } catch (error) {
      if (error instanceof SecretUnreadableError) return null;
      throw error;
    }
  }

  /** Ids of the configured keys, the one that encrypts first. */
  get keyIds(): readonly string[] {
    return [...this.keys.keys()];
  }

  /** Id of the key that sealed the value, configured or not; null when it is not in a form we write. */
  keyIdOf(sealed: string): string | null {
    return parseSealed(sealed)?.keyId ?? null;
  }

  /** Whether the value was not sealed by the first key, and so has to be sealed again before its key may go. */
  needsRotation(sealed: string): boolean {
    return parseSealed(sealed)?.keyId !== this.sealingKeyId;
  }
}

/** JSON keeps the three apart: no concatenation of one place equals that of another. */
function encodeAad({ table, column, rowId }: SecretAad): Buffer {
  return Buffer.from(JSON.stringify([table, column, rowId]), 'utf8');
}

/** Ids of rows are not secret, and a person who mends the keys needs one. */
function where({ table, column, rowId }: SecretAad): string {
  return `${table}.${column} of ${rowId}`;
}

/** Reads from the end: key ids are the operator's and may contain dots. By position: an expression took three times as long. */
function parseSealed(sealed: string): SealedParts | null {
  const tagAt = sealed.lastIndexOf('.') + 1;
  const ciphertextAt = sealed.lastIndexOf('.', tagAt - 2) + 1;
  const nonceAt = sealed.lastIndexOf('.', ciphertextAt - 2) + 1;
  // Absent dots leave 0 behind, and then a part overlaps the one before it.
  if (nonceAt < 2 || ciphertextAt <= nonceAt || tagAt <= ciphertextAt) return null;
  const nonce = decode(sealed.slice(nonceAt, ciphertextAt - 1));
  const ciphertext = decode(sealed.slice(ciphertextAt, tagAt - 1));
  const tag = decode(sealed.slice(tagAt));
  if (nonce?.length !== NONCE_BYTES || ciphertext === null || tag?.length !== TAG_BYTES) return null;
  return { keyId: sealed.slice(0, nonceAt - 1), nonce, ciphertext, tag };
}

/** Null for a text with other characters: Node passes over them, and the bytes are fewer than the text says. */
function decode(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.length === (text.length * 3) >> 2 ? bytes : null;
}
