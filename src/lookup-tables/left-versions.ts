import { Injectable } from '@nestjs/common';
import { FIRST_KEY, LookupRowsRepository } from './lookup-rows.repository.js';
import { LookupVersionsRepository } from './lookup-versions.repository.js';

const PAGE_ROWS = 2_000;

/**
 * Takes away the rows of versions that no look-up can see any more: replaced and deleted ones, refused and broken uploads,
 * and uploads of processes that died. Any number of processes may do so at once.
 */
@Injectable()
export class LeftVersions {
  /** How far this process is with a version. */
  private at: { readonly id: number; readonly after: string } | null = null;

  constructor(
    private readonly versions: LookupVersionsRepository,
    private readonly rows: LookupRowsRepository,
  ) {}

  /** One page. @returns whether there is more. */
  async sweep(): Promise<boolean> {
    await this.versions.dropDead();
    const id = await this.versions.findDropped();
    if (id === null) return false;
    const after = this.at?.id === id ? this.at.after : FIRST_KEY;
    const last = await this.rows.deletePage(id, after, PAGE_ROWS);
    this.at = last === null ? null : { id, after: last };
    // Nothing is added to a dropped version: each chunk holds its version while it is written.
    if (last === null) await this.versions.forget(id);
    return true;
  }
}
