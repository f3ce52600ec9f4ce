import { Injectable } from '@nestjs/common';
import { placeOf, SEALED_COLUMNS } from '../../security/sealed-columns.js';
import { SecretBox } from '../../security/secret-box.js';

/** Seals and opens the passwords of registered callbacks; a sealed one opens in its own row only. */
@Injectable()
export class CallbackPasswords {
  constructor(private readonly box: SecretBox) {}

  seal(callbackId: string, password: string): string {
    return this.box.seal(password, placeOf(SEALED_COLUMNS.eqpPasswords, callbackId));
  }

  /** Null when no configured key opens it. */
  open(callbackId: string, sealed: string): string | null {
    return this.box.openOrNull(sealed, placeOf(SEALED_COLUMNS.eqpPasswords, callbackId));
  }
}
