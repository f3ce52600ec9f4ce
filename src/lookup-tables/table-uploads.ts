import { Injectable, Logger } from '@nestjs/common';
import { failpoint } from '../config/failpoints.js';
import { Database } from '../database/database.js';
import type { Precondition } from '../http/etag.js';
import { RequestError } from '../http/request-error.js';
import { stopping } from '../http/streamed-body.js';
import { Drain } from '../queue/drain.js';
import type { AuditActor } from '../security/admin-actor.js';
import { AuditRepository } from '../security/audit.repository.js';
import { ChunkWriter, versionGone } from './chunk-writer.js';
import { type CsvFormat, type CsvHints, detectFormat, SAMPLE_BYTES } from './csv-format.js';
import { CsvRows, UnreadableCsvError } from './csv-rows.js';
import { lookupUploadsTotal } from './lookup-tables.metrics.js';
import { refuseAt, refuseFile } from './lookup-tables.errors.js';
import { LookupRowsRepository } from './lookup-rows.repository.js';
import { LookupVersionsRepository } from './lookup-versions.repository.js';
import { type DraftOptions, TableDraft } from './table-draft.js';
import { tagOfTable, type TableVersion, type VersionFacts } from './table-version.js';
import { UploadPace } from './upload-pace.js';
import { NotUtf8Error, Utf8Gate } from './utf8-gate.js';

/** How the sender of a file wants it read and stored; undefined: as the version before. */
export interface UploadOrder extends CsvHints {
  /** The version that the sender means to replace. */
  readonly seen: Precondition;
  readonly key?: readonly string[];
  readonly folds?: readonly string[];
  readonly onDuplicate: DraftOptions['onDuplicate'];
  readonly maxBadRows: number;
}

/** An upload that became a version. */
export interface StoredUpload {
  readonly number: number;
  readonly facts: VersionFacts;
  readonly format: CsvFormat;
  readonly badRows: TableDraft['badRows'];
  readonly duplicates: TableDraft['duplicates'];
}

/** Each holds some megabytes, and parses where everything else has to run too. */
const UPLOADS_AT_ONCE = 2;
const TOUCH_EVERY_MS = 5_000;
const CHUNK_ROWS = 1_000;
const CHUNK_BYTES = 256 * 1024;

/** Makes new versions of tables out of files that are still on their way. */
@Injectable()
export class TableUploads {
  private readonly log = new Logger('LookupTables');
  private underWay = 0;

  constructor(
    private readonly database: Database,
    private readonly versions: LookupVersionsRepository,
    private readonly rows: LookupRowsRepository,
    private readonly audit: AuditRepository,
    private readonly drain: Drain,
  ) {}

  /**
   * Reads the body to its end and shows the table only then; a failure leaves the version before in force.
   * @throws RequestError 409 while another upload of the name is under way, 422 for what the file is not.
   */
  async store(
    table: string,
    order: UploadOrder,
    body: AsyncIterable<Buffer>,
    actor: AuditActor,
  ): Promise<StoredUpload> {
    if (this.underWay >= UPLOADS_AT_ONCE) throw busy('Two uploads are under way in this process.');
    this.underWay += 1;
    try {
      const stored = await this.storeOne(table, order, body, actor);
      lookupUploadsTotal.inc({ outcome: 'stored' });
      return stored;
    } catch (error) {
      lookupUploadsTotal.inc({ outcome: error instanceof RequestError ? 'refused' : 'failed' });
      throw error;
    } finally {
      this.underWay -= 1;
    }
  }

  private async storeOne(
    table: string,
    order: UploadOrder,
    body: AsyncIterable<Buffer>,
    actor: AuditActor,
  ): Promise<StoredUpload> {
    const before = await this.versions.findCurrent(table);
    // At once, too: a large file is not taken in vain.
    order.seen.check(before === null ? null : tagOfTable(before));
    const versionId = await this.versions.begin(table, actor.fingerprint);
    if (versionId === null) {
      throw new RequestError(
        409,
        'CONFLICT',
        'Another upload of this table is under way: wait for its end, then send again',
      );
    }
    // A slow sender must not look like a dead process; if this fails, the next chunk says why.
    const beat = setInterval(
      () => void this.versions.touch(this.database, versionId).catch(() => undefined),
      TOUCH_EVERY_MS,
    );
    try {
      const draft = new TableDraft(versionId, draftOptions(order, before));
      const writer = new ChunkWriter(this.database, this.versions, this.rows, versionId, draft, order.onDuplicate);
      const { format, bytes } = await this.read(body, order, draft, writer);
      await writer.finish();
      const facts = draft.finish(bytes);
      const number = await this.publish(table, versionId, facts, order.seen, actor);
      return { number, facts, format, badRows: draft.badRows, duplicates: draft.duplicates };
    } catch (error) {
      // Its rows are taken away by the sweeper; without this it would find out in half a minute.
      await this.versions.drop(versionId).catch((failure: unknown) => {
        this.log.warn(`an upload of ${table} is left to be swept: ${(failure as Error).message}`);
      });
      throw explain(error);
    } finally {
      clearInterval(beat);
    }
  }

  private async read(
    body: AsyncIterable<Buffer>,
    order: UploadOrder,
    draft: TableDraft,
    writer: ChunkWriter,
  ): Promise<{ format: CsvFormat; bytes: number }> {
    const gate = new Utf8Gate();
    const pace = new UploadPace();
    let sample: Buffer | null = Buffer.alloc(0);
    let csv: { readonly format: CsvFormat; readonly rows: CsvRows } | null = null;
    let bytes = 0;
    const open = (beginning: Buffer, whole: boolean): NonNullable<typeof csv> => {
      const format = detectFormat(beginning, whole, order);
      return { format, rows: new CsvRows(format, draft) };
    };
    for await (const chunk of body) {
      bytes += chunk.length;
      const whole = gate.pass(chunk);
      if (sample !== null) {
        sample = Buffer.concat([sample, whole]);
        if (sample.length < SAMPLE_BYTES) continue;
        csv = open(sample, false);
        await this.feed(csv.rows, sample, draft, writer, pace);
        sample = null;
      } else if (csv !== null) await this.feed(csv.rows, whole, draft, writer, pace);
    }
    gate.end();
    if (sample?.length === 0) throw refuseFile('The file is empty.');
    csv ??= open(sample ?? Buffer.alloc(0), true);
    if (sample !== null) await this.feed(csv.rows, sample, draft, writer, pace);
    await csv.rows.end();
    await writer.write();
    return { format: csv.format, bytes };
  }

  private async feed(
    rows: CsvRows,
    bytes: Buffer,
    draft: TableDraft,
    writer: ChunkWriter,
    pace: UploadPace,
  ): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      if (this.drain.draining) throw stopping();
      const startedAtMs = performance.now();
      const piece = bytes.subarray(at, at + pace.pieceBytes);
      at += piece.length;
      await rows.feed(piece);
      const { count, bytes: waiting } = draft.waiting;
      await pace.worked(performance.now() - startedAtMs);
      if (count < CHUNK_ROWS && waiting < CHUNK_BYTES) continue;
      failpoint('lookup.mid-upload');
      await writer.write();
    }
  }

  /** One transaction: look-ups see the version before until its commit, and this one from then on. */
  private publish(
    table: string,
    versionId: number,
    facts: VersionFacts,
    seen: Precondition,
    actor: AuditActor,
  ): Promise<number> {
    return this.database
      .transaction(async (tx) => {
        await this.versions.lockTable(tx, table);
        if (!(await this.versions.touch(tx, versionId))) throw versionGone();
        const current = await this.versions.findCurrent(table, tx);
        seen.check(current === null ? null : tagOfTable(current));
        const number = await this.versions.publish(tx, versionId, table, facts);
        const { rows, bytes, badRows, duplicates } = facts;
        const details = { version: number, rows, bytes, badRows, duplicates };
        await this.audit.record(tx, { actor, verb: 'lookup.upload', target: `lookup-table:${table}`, details });
        failpoint('lookup.before-switch');
        return number;
      })
      .finally(() => failpoint('lookup.after-switch'));
  }
}

function draftOptions(order: UploadOrder, before: TableVersion | null): DraftOptions {
  return {
    key: order.key ?? null,
    keyBefore: before?.keyColumns ?? null,
    folds: order.folds ?? before?.folds ?? [],
    onDuplicate: order.onDuplicate,
    maxBadRows: order.maxBadRows,
  };
}

function busy(message: string): RequestError {
  return new RequestError(503, 'SERVICE_UNAVAILABLE', message, { retryAfterSeconds: 10 });
}

/** In words for the sender of the file. */
function explain(error: unknown): unknown {
  if (error instanceof UnreadableCsvError) return refuseAt(error.line, error.message);
  if (!(error instanceof NotUtf8Error)) return error;
  if (error.utf16) return refuseFile('The file is in UTF-16: save it as UTF-8 (in Excel: CSV UTF-8).');
  return refuseAt(error.line, 'is not UTF-8: save the file as UTF-8');
}
