import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../../database/database.js';

/** A company as it is shown: nothing secret. */
export interface Company {
  readonly id: string;
  /** Its name in paths. */
  readonly companyId: string;
  readonly username: string;
  /** For administrators; null: none. */
  readonly name: string | null;
  readonly state: 'active' | 'disabled';
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A company with the hash of its password, for its authentication. */
export interface CompanyCredentials extends Company {
  readonly passwordHash: Buffer;
}

const COLUMNS = `id, company_id AS "companyId", username, name, state, created_at AS "createdAt", updated_at AS "updatedAt"`;

const INSERT: Statement = {
  name: 'companies.insert',
  text: `INSERT INTO companies (id, company_id, username, password_hash, name) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT ON CONSTRAINT companies_company_id_key DO NOTHING RETURNING ${COLUMNS}`,
};

/** Every request of a company asks this. Index: companies_username_key. */
const FIND_BY_USERNAME: Statement = {
  name: 'companies.findByUsername',
  text: `SELECT ${COLUMNS}, password_hash AS "passwordHash" FROM companies WHERE username = $1`,
};

const FIND: Statement = { name: 'companies.find', text: `SELECT ${COLUMNS} FROM companies WHERE company_id = $1` };

const LIST: Statement = {
  name: 'companies.list',
  text: `SELECT ${COLUMNS} FROM companies WHERE deleted_at IS NULL AND ($1::uuid IS NULL OR id < $1) ORDER BY id DESC LIMIT $2`,
};

const ROTATE: Statement = {
  name: 'companies.rotate',
  text: `UPDATE companies SET password_hash = $2, updated_at = now() WHERE company_id = $1 RETURNING ${COLUMNS}`,
};

const SET_STATE: Statement = {
  name: 'companies.setState',
  text: `UPDATE companies SET state = $2, updated_at = CASE WHEN state = $2 THEN updated_at ELSE now() END
          WHERE company_id = $1 RETURNING ${COLUMNS}`,
};

const LOCK_OF: Statement = {
  name: 'companies.lockOf',
  text: `SELECT ${COLUMNS} FROM companies WHERE company_id = $1 FOR NO KEY UPDATE`,
};

const RENAME: Statement = {
  name: 'companies.rename',
  text: `UPDATE companies SET name = $2, updated_at = now() WHERE id = $1 RETURNING ${COLUMNS}`,
};

/** Its ids are free again: no company_id begins with a tilde, and no password has a hash of no bytes. */
const BURY: Statement = {
  name: 'companies.bury',
  text: `UPDATE companies SET company_id = '~' || id, username = '~' || id, password_hash = '', name = NULL, state = 'disabled',
                deleted_at = now(), updated_at = now() WHERE id = $1`,
};

/** Not FOR UPDATE: that would make the events published meanwhile wait for their foreign key. */
const LOCK: Statement = {
  name: 'companies.lock',
  text: `SELECT id FROM companies WHERE id = $1 FOR NO KEY UPDATE`,
};

const NOW: Statement = { name: 'companies.now', text: `SELECT date_trunc('second', clock_timestamp()) AS now` };

/** Reads and writes companies; passwords only as hashes. */
@Injectable()
export class CompaniesRepository {
  constructor(private readonly database: Database) {}

  /** @returns null when the company_id is taken. */
  async insert(
    tx: Tx,
    company: Pick<CompanyCredentials, 'id' | 'companyId' | 'username' | 'passwordHash' | 'name'>,
  ): Promise<Company | null> {
    const { id, companyId, username, passwordHash, name } = company;
    return (await tx.query<Company>(INSERT, [id, companyId, username, passwordHash, name]))[0] ?? null;
  }

  async findByUsername(username: string): Promise<CompanyCredentials | null> {
    return (await this.database.query<CompanyCredentials>(FIND_BY_USERNAME, [username]))[0] ?? null;
  }

  async find(companyId: string, tx: Tx = this.database): Promise<Company | null> {
    return (await tx.query<Company>(FIND, [companyId]))[0] ?? null;
  }

  /** The newest first. */
  list(before: string | null, limit: number): Promise<Company[]> {
    return this.database.query<Company>(LIST, [before, limit]);
  }

  /** @returns null for an unknown company. */
  async rotate(tx: Tx, companyId: string, passwordHash: Buffer): Promise<Company | null> {
    return (await tx.query<Company>(ROTATE, [companyId, passwordHash]))[0] ?? null;
  }

  async setState(tx: Tx, companyId: string, state: Company['state']): Promise<Company | null> {
    return (await tx.query<Company>(SET_STATE, [companyId, state]))[0] ?? null;
  }

  /** As {@link lock}, by the name in paths. */
  async lockOf(tx: Tx, companyId: string): Promise<Company | null> {
    return (await tx.query<Company>(LOCK_OF, [companyId]))[0] ?? null;
  }

  async rename(tx: Tx, id: string, name: string | null): Promise<Company | null> {
    return (await tx.query<Company>(RENAME, [id, name]))[0] ?? null;
  }

  /** Nothing finds it any more by its ids; retention removes the row. */
  async bury(tx: Tx, id: string): Promise<void> {
    await tx.query(BURY, [id]);
  }

  /** One writer of a company's registrations at a time: two that insert side by side could deadlock or pass a limit. */
  async lock(tx: Tx, id: string): Promise<void> {
    await tx.query(LOCK, [id]);
  }

  /** The database's clock, in whole seconds. */
  async now(): Promise<Date> {
    const rows = await this.database.query<{ now: Date }>(NOW, []);
    return rows[0]?.now ?? new Date();
  }
}
