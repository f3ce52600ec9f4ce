import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Pool, PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { toParameter } from './parameters.js';

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

/**
 * The hot path's door to Postgres: prepared statements and short transactions on the pool that TypeORM opened.
 * Never do network or file I/O inside {@link transaction}.
 */
@Injectable()
export class Database implements Tx {
  private readonly pool: Pool;

  constructor(@InjectDataSource() dataSource: DataSource) {
    this.pool = (dataSource.driver as unknown as { master: Pool }).master;
  }

  async query<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]> {
    const result = await this.pool.query({ ...statement, values: values.map(toParameter) });
    return result.rows as Row[];
  }

  /** Commits when `work` resolves, rolls back when it rejects. */
  async transaction<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> {
    const client = await this.pool.connect();
    let failure: Error | undefined;
    try {
      await client.query('BEGIN');
      const result = await work(new ClientTx(client));
      await client.query('COMMIT');
      return result;
    } catch (error) {
      failure = error as Error;
      throw error;
    } finally {
      await this.giveBack(client, failure);
    }
  }

  /** A connection whose rollback fails is destroyed: nobody may inherit its transaction. */
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

class ClientTx implements Tx {
  constructor(private readonly client: PoolClient) {}

  async query<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]> {
    const result = await this.client.query({ ...statement, values: values.map(toParameter) });
    return result.rows as Row[];
  }
}
