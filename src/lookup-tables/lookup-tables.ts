import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../database/database.js';
import type { Precondition } from '../http/etag.js';
import { RequestError } from '../http/request-error.js';
import type { AuditActor } from '../security/admin-actor.js';
import { AuditRepository } from '../security/audit.repository.js';
import { noSuchTable, refuseParameter } from './lookup-tables.errors.js';
import { FIRST_KEY, LookupRowsRepository } from './lookup-rows.repository.js';
import { LookupVersionsRepository } from './lookup-versions.repository.js';
import { TableKey } from './table-key.js';
import { type TableVersion, tagOfTable } from './table-version.js';

/** A page of a version's rows. */
export interface RowPage {
  readonly version: TableVersion;
  readonly items: readonly { readonly line: number; readonly cells: readonly string[] }[];
  readonly nextCursor: string | null;
}

/** Where a key was found and is no more. */
export interface DeletedRow {
  /** Numbers of the versions that had it. */
  readonly versions: readonly number[];
  /** Numbers of the versions with another key: they may have the row still. */
  readonly notSearched: readonly number[];
}

/** Tables as administrators see and change them, besides uploading. */
@Injectable()
export class LookupTables {
  constructor(
    private readonly database: Database,
    private readonly versions: LookupVersionsRepository,
    private readonly rows: LookupRowsRepository,
    private readonly audit: AuditRepository,
  ) {}

  /** Current versions, by name. */
  list(): Promise<TableVersion[]> {
    return this.versions.listCurrent();
  }

  /** @throws RequestError 404 */
  async get(table: string): Promise<TableVersion> {
    const version = await this.versions.findCurrent(table);
    if (version === null) throw noSuchTable();
    return version;
  }

  /** The newest first. @throws RequestError 404 */
  async listVersions(table: string): Promise<TableVersion[]> {
    const versions = await this.versions.listOf(table);
    if (versions.length === 0) throw noSuchTable();
    return versions;
  }

  /** Shows cells, which may be personal: the audit tells of it first. @throws RequestError 404 */
  async listRows(
    table: string,
    page: { readonly limit: number; readonly cursor?: string; readonly version?: number },
    actor: AuditActor,
  ): Promise<RowPage> {
    const versions = await this.listVersions(table);
    const version = versions.find(({ number, isCurrent }) =>
      page.version === undefined ? isCurrent : number === page.version,
    );
    if (version === undefined) throw noSuchVersion();
    await this.database.transaction((tx) =>
      this.record(tx, actor, 'lookup.rows.read', table, { version: version.number }),
    );
    const found = await this.rows.list(version.id, page.cursor ?? FIRST_KEY, page.limit + 1);
    const items = found.slice(0, page.limit);
    return {
      version,
      items: items.map(({ line, cells }) => ({ line, cells: JSON.parse(cells) as string[] })),
      nextCursor: found.length > page.limit ? (items.at(-1)?.key ?? null) : null,
    };
  }

  /** Makes a version the current one again. @throws RequestError 404 */
  async restore(table: string, number: number, actor: AuditActor): Promise<TableVersion> {
    await this.database.transaction(async (tx) => {
      await this.versions.lockTable(tx, table);
      if (!(await this.versions.restore(tx, table, number))) throw noSuchVersion();
      await this.record(tx, actor, 'lookup.restore', table, { version: number });
    });
    return this.get(table);
  }

  /** Takes a table away with all its versions. @throws RequestError 404, 412 */
  async remove(table: string, seen: Precondition, actor: AuditActor): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.versions.lockTable(tx, table);
      const current = await this.versions.findCurrent(table, tx);
      if (current !== null) seen.check(tagOfTable(current));
      if (!(await this.versions.deleteTable(tx, table))) throw noSuchTable();
      await this.record(tx, actor, 'lookup.delete', table, {});
    });
  }

  /**
   * Takes the row of a key out of every version that is kept.
   * @param key value by column
   * @throws RequestError 404 without the table, 409 while an upload is under way, 422 for another key than the table's.
   */
  async removeRow(table: string, key: Readonly<Record<string, string>>, actor: AuditActor): Promise<DeletedRow> {
    return this.database.transaction(async (tx) => {
      await this.versions.lockTable(tx, table);
      const kept = await this.versions.listOf(table, tx);
      if (kept.length === 0) throw noSuchTable();
      if (await this.versions.isLoading(tx, table)) {
        throw new RequestError(409, 'CONFLICT', 'An upload is under way, and may bring the row back: wait for its end');
      }
      const sameKey = kept.filter((version) => isKeyOf(version, key));
      const current = kept.find(({ isCurrent }) => isCurrent);
      if (current === undefined || !sameKey.includes(current)) {
        throw refuseParameter('key', `must name the columns ${current?.keyColumns.join(', ') ?? ''}`);
      }
      const had: TableVersion[] = [];
      for (const version of sameKey) {
        const digest = new TableKey(version.folds).digest(version.keyColumns.map((name) => key[name] ?? ''));
        if (digest !== null && (await this.rows.deleteKey(tx, version.id, digest))) had.push(version);
      }
      await this.versions.countDown(
        tx,
        had.map(({ id }) => id),
      );
      const found = {
        versions: had.map(({ number }) => number),
        notSearched: kept.filter((version) => !sameKey.includes(version)).map(({ number }) => number),
      };
      // Not the key: the audit outlives what was to be forgotten.
      await this.record(tx, actor, 'lookup.row.delete', table, found);
      return found;
    });
  }

  private record(
    tx: Tx,
    actor: AuditActor,
    verb: 'lookup.rows.read' | 'lookup.restore' | 'lookup.delete' | 'lookup.row.delete',
    table: string,
    details: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    return this.audit.record(tx, { actor, verb, target: `lookup-table:${table}`, details });
  }
}

function isKeyOf({ keyColumns }: TableVersion, key: Readonly<Record<string, string>>): boolean {
  return keyColumns.length === Object.keys(key).length && keyColumns.every((name) => Object.hasOwn(key, name));
}

function noSuchVersion(): RequestError {
  return new RequestError(404, 'RESOURCE_NOT_FOUND', 'The table does not have this version, or not any more');
}
