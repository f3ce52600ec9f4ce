import { Injectable, Logger } from '@nestjs/common';
import { placeOf, SEALED_COLUMNS } from '../../../security/sealed-columns.js';
import { SecretBox } from '../../../security/secret-box.js';
import { StepTokensRepository } from './step-tokens.repository.js';

/** An access token and how long it is still good. */
export interface SharedToken {
  readonly token: string;
  readonly leftMs: number;
}

/** The access tokens of all processes: a token server is asked once for all of them. While the database is away, each asks. */
@Injectable()
export class SharedTokens {
  private readonly log = new Logger('HttpStep');

  constructor(
    private readonly repository: StepTokensRepository,
    private readonly box: SecretBox,
  ) {}

  async find(id: string): Promise<SharedToken | null> {
    return this.attempt(async () => {
      const row = await this.repository.find(id);
      if (row === null) return null;
      return { token: this.box.open(row.token, placeOf(SEALED_COLUMNS.stepTokens, id)), leftMs: row.leftMs };
    });
  }

  async put(id: string, token: string, lifeMs: number): Promise<void> {
    await this.attempt(async () => {
      await this.repository.put(id, this.box.seal(token, placeOf(SEALED_COLUMNS.stepTokens, id)), lifeMs);
      return null;
    });
  }

  /** A token that was refused is nothing to share; a newer one stays. */
  async drop(id: string, token: string): Promise<void> {
    await this.attempt(async () => {
      const row = await this.repository.find(id);
      const isSame = row !== null && this.box.open(row.token, placeOf(SEALED_COLUMNS.stepTokens, id)) === token;
      if (isSame) await this.repository.delete(id, row.token);
      return null;
    });
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
