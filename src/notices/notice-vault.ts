import { Injectable } from '@nestjs/common';
import { type NewSigning, openSigning, rotateSigning, type SigningSecret } from '../delivery/signing-secrets.js';
import { placeOf, SEALED_COLUMNS } from '../security/sealed-columns.js';
import { SecretBox } from '../security/secret-box.js';

/** Seals and opens the addresses of notices and the secrets that sign them. */
@Injectable()
export class NoticeVault {
  constructor(private readonly box: SecretBox) {}

  sealUrl(id: string, url: string): string {
    return this.box.seal(url, placeOf(SEALED_COLUMNS.noticeUrls, id));
  }

  /** Null when no configured key opens it. */
  openUrl(id: string, sealed: string): string | null {
    return this.box.openOrNull(sealed, placeOf(SEALED_COLUMNS.noticeUrls, id));
  }

  /** Null when no configured key opens them. */
  openSecrets(id: string, sealed: string): SigningSecret[] | null {
    return openSigning(this.box, sealed, placeOf(SEALED_COLUMNS.noticeSigningSecrets, id));
  }

  /** A new secret beside the one before, which signs for its overlap. @param before sealed; null: there is none. */
  rotate(id: string, before: string | null): NewSigning {
    return rotateSigning(this.box, before, placeOf(SEALED_COLUMNS.noticeSigningSecrets, id));
  }
}
