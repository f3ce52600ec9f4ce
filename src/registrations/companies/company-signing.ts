import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/database.js';
import { newSigningSecret, rotateSecrets, type SigningSecret } from '../../delivery/signing-secrets.js';
import { SEALED_COLUMNS, placeOf } from '../../security/sealed-columns.js';
import { SecretBox } from '../../security/secret-box.js';
import { SecretUnreadableError } from '../../security/secret.errors.js';
import { CompanyCallbacksRepository } from './company-callbacks.repository.js';

/** Keeps the secrets that sign a registration's callbacks, sealed in its row. */
@Injectable()
export class CompanySigning {
  constructor(
    private readonly box: SecretBox,
    private readonly callbacks: CompanyCallbacksRepository,
  ) {}

  /** Null when no configured key opens them. */
  open(callbackId: string, sealed: string): SigningSecret[] | null {
    try {
      return JSON.parse(
        this.box.open(sealed, placeOf(SEALED_COLUMNS.companySigningSecrets, callbackId)),
      ) as SigningSecret[];
    } catch (error) {
      if (error instanceof SecretUnreadableError) return null;
      throw error;
    }
  }

  /** Signs with a new secret from now on, and with the one before for its overlap. @returns null when the row is gone. */
  async rotate(tx: Tx, callbackId: string): Promise<string | null> {
    const row = await this.callbacks.lockSigning(tx, callbackId);
    if (row === null) return null;
    // An unreadable secret cannot sign either: nothing is lost by forgetting it.
    const before = row.signingSecrets === null ? [] : (this.open(callbackId, row.signingSecrets) ?? []);
    const secret = newSigningSecret();
    const text = JSON.stringify(rotateSecrets(before, Date.now(), secret));
    await this.callbacks.setSigning(
      tx,
      callbackId,
      this.box.seal(text, placeOf(SEALED_COLUMNS.companySigningSecrets, callbackId)),
    );
    return secret;
  }
}
