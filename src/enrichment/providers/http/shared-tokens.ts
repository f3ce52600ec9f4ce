import { Injectable, Logger } from '@nestjs/common';
import { placeOf, SEALED_COLUMNS } from '../../../security/sealed-columns.js';
import { SecretBox } from '../../../security/secret-box.js';
import { StepTokensRepository } from './step-tokens.repository.js';

/** An access token and how long it is still good. */
export interface SharedToken {
  readonly token: string;
  readonly leftMs: number;
}

/** In no digest and in no token. */
const SEPARATOR = ' ';

/** A token as it is sealed: with the digest of the client and the secret it was issued for. */
interface IssuedToken {
  readonly token: string;
  readonly issuedFor: string;
}

/**
 * The access tokens of all processes: a token server is asked once for all of them. While the database is away, each asks.
 * The digest of a secret is sealed as well: in the clear it would let a reader of the table try secrets out.
 */
@Injectable()
export class SharedTokens {
  private readonly log = new Logger('HttpStep');

  constructor(
    private readonly repository: StepTokensRepository,
    private readonly box: SecretBox,
  ) {}

  /** @param issuedFor digest of the client with its secret: a token of a secret that was replaced is no answer. */
  async find(id: string, issuedFor: string): Promise<SharedToken | null> {
    return this.attempt(async () => {
      const row = await this.repository.find(id);
      if (row === null) return null;
      const issued = this.open(id, row.token);
      return issued.issuedFor === issuedFor ? { token: issued.token, leftMs: row.leftMs } : null;
    });
  }

  async put(id: string, { token, issuedFor }: IssuedToken, lifeMs: number): Promise<void> {
    await this.attempt(async () => {
      const text = `${issuedFor}${SEPARATOR}${token}`;
      await this.repository.put(id, this.box.seal(text, placeOf(SEALED_COLUMNS.stepTokens, id)), lifeMs);
      return null;
    });
  }

  /** A token that was refused is nothing to share; a newer one stays. */
  async drop(id: string, token: string): Promise<void> {
    await this.attempt(async () => {
      const row = await this.repository.find(id);
      if (row !== null && this.open(id, row.token).token === token) await this.repository.delete(id, row.token);
      return null;
    });
  }

  private open(id: string, sealed: string): IssuedToken {
    const text = this.box.open(sealed, placeOf(SEALED_COLUMNS.stepTokens, id));
    const at = text.indexOf(SEPARATOR);
    return { issuedFor: text.slice(0, Math.max(at, 0)), token: text.slice(at + 1) };
  }

  private async attempt<Result>(work: () => Promise<Result | null>): Promise<Result | null> {
    try {
      return await work();
    } catch (error) {
      // Messages of the database and of the box name tables and ids, never values.
      this.log.warn(`shared access tokens are away: ${(error as Error).message}`);
      return null;
    }
  }
}
