import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../database/database.js';

const PING: Statement = { name: 'health.ping', text: 'SELECT 1' };

/** The smallest question Postgres can answer. */
@Injectable()
export class PingRepository {
  constructor(private readonly database: Database) {}

  /** Resolves when Postgres answered; rejects with the driver's error. */
  async ping(): Promise<void> {
    await this.database.query(PING, []);
  }
}
