import type { Database } from '../database/database.js';
import { isUniqueViolation } from '../database/sql-state.js';
import { RequestError } from '../http/request-error.js';
import type { LookupRowsRepository } from './lookup-rows.repository.js';
import type { LookupVersionsRepository } from './lookup-versions.repository.js';
import type { RowChunk } from './row-chunk.js';
import type { TableDraft } from './table-draft.js';
import type { DuplicateRule } from './table-limits.js';

/**
 * Writes a draft's rows in transactions of milliseconds: one long COPY would keep every table of the database from being
 * vacuumed as long as the slowest sender takes, and hold a connection meanwhile.
 */
export class ChunkWriter {
  private underWay: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly versions: LookupVersionsRepository,
    private readonly rows: LookupRowsRepository,
    private readonly versionId: number,
    private readonly draft: TableDraft,
    private readonly onDuplicate: DuplicateRule,
  ) {}

  /** Takes the draft's rows; resolves when those before are written. @throws what writing those threw. */
  async write(): Promise<void> {
    const chunk = this.draft.takeChunk();
    await this.underWay;
    this.draft.beginChunk();
    this.underWay = this.store(chunk);
    // The next call awaits it; until then a failure has no listener.
    this.underWay.catch(() => undefined);
  }

  /** Resolves when all is written. */
  async finish(): Promise<void> {
    await this.underWay;
  }

  private async store(chunk: RowChunk): Promise<void> {
    if (chunk.count === 0) return;
    try {
      await this.copy(chunk, false);
    } catch (error) {
      // Looking first would cost every chunk of a good file an index probe per row.
      if (!isUniqueViolation(error)) throw error;
      await this.copy(chunk, true);
    }
  }

  private async copy(chunk: RowChunk, mayExist: boolean): Promise<void> {
    let replaced = 0;
    await this.database.transaction(async (tx) => {
      if (!(await this.versions.touch(tx, this.versionId))) throw versionGone();
      if (mayExist) {
        const keys = chunk.keys();
        if (this.onDuplicate === 'last') {
          const gone = await this.rows.deleteExisting(tx, this.versionId, keys);
          for (const [key, firstLine] of gone) this.draft.duplicates.add({ line: chunk.lineOf(key), firstLine });
          replaced = gone.size;
        } else {
          for (const [key, firstLine] of await this.rows.findExisting(tx, this.versionId, keys)) {
            this.draft.duplicates.add({ line: chunk.lineOf(key), firstLine });
            chunk.remove(key);
          }
        }
      }
      await this.rows.copy(tx, chunk.toCopy());
    });
    this.draft.noteWritten(chunk.count - replaced);
  }
}

/** The table was deleted, or this process was taken for dead. */
export function versionGone(): RequestError {
  return new RequestError(
    409,
    'CONFLICT',
    'The upload was given up meanwhile: the table was deleted, or the process did not answer for half a minute. Send it again',
  );
}
