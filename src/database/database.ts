import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Pool, PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { DataSource } from 'typeorm';
import { changes } from '../live/changes.js';
import { toParameter } from './parameters.js';
import { waitsForStandby, type WriteGuard, WritesWaitError } from './write-guard.js';

const ROLLBACK_WITHIN_MS = 1_000;

/** A statement prepared once per connection under its name; `text` never changes for a name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  /** Its commit waits for no standby (`COMMIT_LOCALLY` of plans.ts), so it is sent also while other commits wait for one. */
  readonly commitsLocally?: true;
}

/** Runs statements inside one transaction. Transactional repository methods take it first. */
export interface Tx {
  query<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
}

/** A transaction that can also take many rows at once. */
export interface CopyTx extends Tx {
  /**
   * Runs a `COPY … FROM STDIN` with all of its rows, in COPY's text format.
   * @returns how many rows it took.
   */
  copy(text: string, rows: Buffer): Promise<number>;
}

/**
 * The hot path's door to Postgres: prepared statements and short transactions on the pool that TypeORM opened.
 * Never do network or file I/O inside {@link transaction}.
 */
@Injectable()
export class Database implements Tx {
  private readonly pool: Pool;
  private guard: WriteGuard | null = null;

  constructor(@InjectDataSource() dataSource: DataSource) {
    this.pool = (dataSource.driver as unknown as { master: Pool }).master;
  }

  /** From now on writes go by what it says. */
  guardWrites(guard: WriteGuard): void {
    this.guard = guard;
  }

  /** @throws WritesWaitError for a write while commits wait for a standby. */
  async query<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]> {
    const guard = waitsForStandby(statement) ? this.guard : null;
    throwRefusal(guard);
    const sent = this.pool.query({ name: statement.name, text: statement.text, values: values.map(toParameter) });
    const result = await (guard?.follow(sent) ?? sent);
    return result.rows as Row[];
  }

  /** Commits when `work` resolves, rolls back when it rejects. @throws WritesWaitError while commits wait for a standby. */
  async transaction<Result>(work: (tx: CopyTx) => Promise<Result>): Promise<Result> {
    throwRefusal(this.guard);
    const client = await this.pool.connect();
    let failure: Error | undefined;
    let commit: Promise<unknown> | undefined;
    try {
      await client.query('BEGIN');
      const tx = new ClientTx(client);
      const result = await work(tx);
      commit = client.query('COMMIT');
      await (this.guard?.follow(commit) ?? commit);
      changes.committed(tx);
      return result;
    } catch (error) {
      failure = error as Error;
      throw error;
    } finally {
      if (commit !== undefined && failure instanceof WritesWaitError) giveBackLater(client, commit);
      else await this.giveBack(client, failure);
    }
  }

  /** A connection is destroyed when its rollback fails: no other work may inherit its transaction. */
  private async giveBack(client: PoolClient, failure: Error | undefined): Promise<void> {
    let broken: Error | undefined;
    if (failure !== undefined) {
      // Not with a statement's patience: behind a dead connection it would only double the time until the next one.
      const rollback = { text: 'ROLLBACK', query_timeout: ROLLBACK_WITHIN_MS };
      await client.query(rollback).catch(() => (broken = failure));
    }
    client.release(broken);
  }
}

function throwRefusal(guard: WriteGuard | null): void {
  const refusal = guard?.refusal() ?? null;
  if (refusal !== null) throw refusal;
}

/** The caller has been answered, and the connection still waits for its COMMIT: it serves no other until that ends. */
function giveBackLater(client: PoolClient, commit: Promise<unknown>): void {
  commit.then(
    () => client.release(),
    (error: unknown) => client.release(error instanceof Error ? error : true),
  );
}

class ClientTx implements CopyTx {
  constructor(private readonly client: PoolClient) {}

  async query<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]> {
    const { name, text } = statement;
    const result = await this.client.query({ name, text, values: values.map(toParameter) });
    return result.rows as Row[];
  }

  async copy(text: string, rows: Buffer): Promise<number> {
    const stream = this.client.query(copyFrom(text));
    await new Promise<void>((resolve, reject) => {
      // For the stream's whole life: a lost connection may report more than one error, and an unheard one ends the process.
      stream.on('error', reject);
      stream.once('finish', resolve);
      stream.end(rows);
    });
    return stream.rowCount;
  }
}
