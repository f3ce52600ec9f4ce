import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/database.js';
import { openSigning, rotateSigning, type SigningSecret } from '../../delivery/signing-secrets.js';
import { SEALED_COLUMNS, placeOf } from '../../security/sealed-columns.js';
import { SecretBox } from '../../security/secret-box.js';
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
    return openSigning(this.box, sealed, placeOf(SEALED_COLUMNS.companySigningSecrets, callbackId));
  }

  /** Signs with a new secret from now on, and with the one before for its overlap. @returns null when the row is gone. */
  async rotate(tx: Tx, callbackId: string): Promise<string | null> {
    const row = await this.callbacks.lockSigning(tx, callbackId);
    if (row === null) return null;
    const place = placeOf(SEALED_COLUMNS.companySigningSecrets, callbackId);
    const { secret, sealed } = rotateSigning(this.box, row.signingSecrets, place);
    await this.callbacks.setSigning(tx, callbackId, sealed);
    return secret;
  }
}
