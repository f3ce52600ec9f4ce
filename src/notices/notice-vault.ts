import { Injectable } from '@nestjs/common';
import { newSigningSecret, rotateSecrets, type SigningSecret } from '../delivery/signing-secrets.js';
import { placeOf, SEALED_COLUMNS } from '../security/sealed-columns.js';
import { SecretBox } from '../security/secret-box.js';
import { SecretUnreadableError } from '../security/secret.errors.js';

/** A secret to show once, and what is stored of it. */
export interface NewSigning {
  readonly secret: string;
  readonly sealed: string;
}

/** Seals and opens the addresses of notices and the secrets that sign them. */
@Injectable()
export class NoticeVault {
  constructor(private readonly box: SecretBox) {}

  sealUrl(id: string, url: string): string {
    return this.box.seal(url, placeOf(SEALED_COLUMNS.noticeUrls, id));
  }

  /** Null when no configured key opens it. */
  openUrl(id: string, sealed: string): string | null {
    return orNull(() => this.box.open(sealed, placeOf(SEALED_COLUMNS.noticeUrls, id)));
  }

  /** Null when no configured key opens them. */
  openSecrets(id: string, sealed: string): SigningSecret[] | null {
    const text = orNull(() => this.box.open(sealed, placeOf(SEALED_COLUMNS.noticeSigningSecrets, id)));
    return text === null ? null : (JSON.parse(text) as SigningSecret[]);
  }

  /** A new secret beside the one before, which signs for its overlap. @param before sealed; null: there is none. */
  rotate(id: string, before: string | null): NewSigning {
    // An unreadable secret cannot sign either: nothing is lost by forgetting it.
    const known = before === null ? [] : (this.openSecrets(id, before) ?? []);
    const secret = newSigningSecret();
    const text = JSON.stringify(rotateSecrets(known, Date.now(), secret));
    return { secret, sealed: this.box.seal(text, placeOf(SEALED_COLUMNS.noticeSigningSecrets, id)) };
  }
}

function orNull(open: () => string): string | null {
  try {
    return open();
  } catch (error) {
    if (error instanceof SecretUnreadableError) return null;
    throw error;
  }
}
