import { Injectable, Logger } from '@nestjs/common';
import { changes } from '../../live/changes.js';
import type { AdobeCredential } from '../../organisations/adobe-credential.js';
import { OrganisationsRepository } from '../../organisations/organisations.repository.js';

/**
 * Notes with a stored credential whether IMS refused it when it was last asked, for administrators who ask any process.
 * No callback waits for the note.
 */
@Injectable()
export class CredentialNotes {
  private readonly log = new Logger('Credentials');

  constructor(private readonly repository: OrganisationsRepository) {}

  /** @param error the name that IMS gave; null: it issued a token. */
  note({ storedFor, revision }: AdobeCredential, error: string | null): void {
    if (storedFor === null || revision === null) return;
    this.repository.noteRefusal(storedFor, revision, error).then(
      () => changes.mark('credentials'),
      (failure: unknown) => {
        this.log.warn(`The answer of IMS was not noted for ${storedFor}: ${(failure as Error).message}`);
      },
    );
  }
}
