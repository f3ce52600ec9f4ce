import { Injectable } from '@nestjs/common';
import { RequestError } from '../../http/request-error.js';
import { placeOf, SEALED_COLUMNS } from '../../security/sealed-columns.js';
import { SecretBox } from '../../security/secret-box.js';
import { SecretUnreadableError } from '../../security/secret.errors.js';
import type { CredentialToWrite, LockedCredential } from './adobe-credentials.repository.js';

/** Adobe lets a credential have two, so that one can be replaced while the other works. */
const SECRETS_MAX = 2;

type SealedSecrets = NonNullable<CredentialToWrite['secrets']>;

/** Seals the secrets of a credential, which are stored as one value: a list, the newer first. */
@Injectable()
export class CredentialSecrets {
  constructor(private readonly box: SecretBox) {}

  /** @param id of the row that it is sealed for */
  seal(id: string, secrets: readonly string[]): SealedSecrets {
    const sealed = this.box.seal(JSON.stringify(secrets), placeOf(SEALED_COLUMNS.adobeSecrets, id));
    return { sealed, count: secrets.length };
  }

  /** The added one is the newer from now on. @throws RequestError 409 when no key opens the stored ones, 422 for a known one. */
  add({ id, sealed }: LockedCredential, added: string): SealedSecrets {
    const before = this.open(id, sealed ?? '');
    if (before.includes(added)) {
      const message = 'is stored already';
      throw new RequestError(422, 'VALIDATION_ERROR', `addClientSecret ${message}`, {
        details: [{ field: 'addClientSecret', message }],
      });
    }
    return this.seal(id, [added, ...before].slice(0, SECRETS_MAX));
  }

  private open(id: string, sealed: string): string[] {
    try {
      return JSON.parse(this.box.open(sealed, placeOf(SEALED_COLUMNS.adobeSecrets, id))) as string[];
    } catch (error) {
      if (!(error instanceof SecretUnreadableError)) throw error;
      throw new RequestError(409, 'CONFLICT', 'No key opens the stored secrets: send clientSecrets', { cause: error });
    }
  }
}
