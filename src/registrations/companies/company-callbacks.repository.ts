import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../../database/database.js';
import { UNIQUE_VIOLATION } from '../../database/sql-state.js';
import type { ScopeOwnerName } from '../../delivery/delivery-channel.js';
import type { CallbackTerms, CompanyCallback } from './company-callback.js';
import { qualifierKey } from './company-qualifier.js';

/** A registration as it is written. */
export interface CallbackRow extends CallbackTerms {
  readonly id: string;
  readonly company: string;
  readonly destinationId: string;
}

/** The outcome of a write. */
export type CallbackWrite = 'written' | 'overlaps' | 'callback_id_taken';

const SELECT = `SELECT c.id, c.company, k.company_id AS "companyId", c.callback_id AS "callbackId",
  c.event_type AS "eventType", c.qualifier, c.url, c.method, c.content_type AS "contentType", c.start_date AS "startDate",
  c.end_date AS "endDate", c.api_version AS "apiVersion", c.tells_trace IS TRUE AS "tellsTrace", c.signing_secrets IS NOT NULL AS signed, c.created_at AS "createdAt", c.updated_at AS "updatedAt",
  CASE WHEN c.end_date <= clock_timestamp() THEN 'ended' WHEN c.start_date > clock_timestamp() THEN 'future' ELSE 'active' END AS range,
  t.disabled_reason AS "offReason"
  FROM company_callbacks c JOIN companies k ON k.id = c.company LEFT JOIN destinations t ON t.id = c.destination_id`;

const FIND: Statement = { name: 'companyCallbacks.find', text: `${SELECT} WHERE c.id = $1` };

/** The companies' own ids. */
const FIND_NAMES: Statement = {
  name: 'companyCallbacks.findNames',
  text: `SELECT c.id, k.company_id AS name FROM company_callbacks c JOIN companies k ON k.id = c.company WHERE c.id = ANY($1::uuid[])`,
};

const FIND_OF: Statement = {
  name: 'companyCallbacks.findOf',
  text: `${SELECT} WHERE c.callback_id = $2 AND c.company = $1`,
};

const LIST_OPEN: Statement = {
  name: 'companyCallbacks.listOpen',
  text: `${SELECT} WHERE c.company = $1 AND (c.end_date IS NULL OR c.end_date > clock_timestamp()) ORDER BY c.id`,
};

/** Those an event of the type may go to. Index: company_callbacks_overlap. */
const LIST_ACTIVE: Statement = {
  name: 'companyCallbacks.listActive',
  text: `${SELECT} WHERE c.company = $1 AND c.event_type = $2 AND c.start_date <= clock_timestamp()
          AND (c.end_date IS NULL OR c.end_date > clock_timestamp()) ORDER BY c.id`,
};

/** Along the primary key; `state` is worked out from the range and the destination's switch. */
const PAGE: Statement = {
  name: 'companyCallbacks.page',
  text: `SELECT * FROM (${SELECT} WHERE ($1::text IS NULL OR k.company_id = $1) AND ($3::uuid IS NULL OR c.id < $3)) page
          WHERE $2::text IS NULL OR $2 = CASE WHEN range = 'ended' THEN 'ended' WHEN "offReason" = $5 THEN 'paused'
                WHEN "offReason" IS NOT NULL THEN 'disabled' ELSE range END
          ORDER BY id DESC LIMIT $4`,
};

const INSERT: Statement = {
  name: 'companyCallbacks.insert',
  text: `INSERT INTO company_callbacks (id, company, callback_id, event_type, qualifier, qualifier_key, url, method, content_type,
                start_date, end_date, destination_id, api_version, tells_trace, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, clock_timestamp(), clock_timestamp())`,
};

const UPDATE: Statement = {
  name: 'companyCallbacks.update',
  text: `UPDATE company_callbacks SET event_type = $2, qualifier = $3, qualifier_key = $4, url = $5, method = $6, content_type = $7,
                start_date = $8, end_date = $9, destination_id = $10, api_version = $11, tells_trace = $12,
                updated_at = clock_timestamp() WHERE id = $1`,
};

/** The end is now, and so is a start that was to come; what has ended stays as it is. */
const END: Statement = {
  name: 'companyCallbacks.end',
  text: `UPDATE company_callbacks SET start_date = least(start_date, date_trunc('second', clock_timestamp())),
                end_date = date_trunc('second', clock_timestamp()), updated_at = clock_timestamp()
          WHERE id = $1 AND (end_date IS NULL OR end_date > clock_timestamp())`,
};

/** Of a company that is deleted: what it signed with goes, too. */
const END_ALL: Statement = {
  name: 'companyCallbacks.endAll',
  text: `UPDATE company_callbacks SET signing_secrets = NULL, updated_at = clock_timestamp(),
                start_date = CASE WHEN end_date <= clock_timestamp() THEN start_date
                                  ELSE least(start_date, date_trunc('second', clock_timestamp())) END,
                end_date = least(end_date, date_trunc('second', clock_timestamp()))
          WHERE company = $1`,
};

const LIST_IDS: Statement = {
  name: 'companyCallbacks.listIds',
  text: `SELECT id FROM company_callbacks WHERE company = $1 ORDER BY id`,
};

/** URLs of registrations that have not ended, besides one registration and one URL. */
const COUNT_OTHER_URLS: Statement = {
  name: 'companyCallbacks.countOtherUrls',
  text: `SELECT count(DISTINCT url)::int AS count FROM company_callbacks
          WHERE company = $1 AND id <> $2 AND url <> $3 AND (end_date IS NULL OR end_date > clock_timestamp())`,
};

/**
 * For a batch of deliveries, in one select: by the destination they were made for, the registration as it is now. A
 * registration keeps the destinations of URLs it had before.
 */
const FIND_SENDERS: Statement = {
  name: 'companyCallbacks.findSenders',
  text: `SELECT t.id AS "destinationId", c.id, c.url, c.method, c.content_type AS "contentType", c.signing_secrets AS "signingSecrets",
                c.tells_trace IS TRUE AS "tellsTrace", k.state AS "companyState"
           FROM destinations t JOIN company_callbacks c ON c.id = t.scope::uuid JOIN companies k ON k.id = c.company
          WHERE t.id = ANY($1::uuid[]) AND t.channel = 'companies' AND k.deleted_at IS NULL`,
};

const LOCK_SIGNING: Statement = {
  name: 'companyCallbacks.lockSigning',
  text: `SELECT id, signing_secrets AS "signingSecrets" FROM company_callbacks WHERE id = $1 FOR NO KEY UPDATE`,
};

const SET_SIGNING: Statement = {
  name: 'companyCallbacks.setSigning',
  text: `UPDATE company_callbacks SET signing_secrets = $2, updated_at = clock_timestamp() WHERE id = $1`,
};

const EXCLUSION_VIOLATION = '23P01';
const CALLBACK_ID_KEY = 'company_callbacks_callback_id_key';

/** The facts about a registration that sending for it needs. */
export interface CallbackSender extends Pick<CallbackTerms, 'url' | 'method' | 'contentType' | 'tellsTrace'> {
  /** Which it was asked for; the registration may have another by now. */
  readonly destinationId: string;
  readonly id: string;
  /** Sealed; null: unsigned. */
  readonly signingSecrets: string | null;
  readonly companyState: 'active' | 'disabled';
}

/** Reads and writes registrations of companies. */
@Injectable()
export class CompanyCallbacksRepository {
  constructor(private readonly database: Database) {}

  async find(id: string, tx: Tx = this.database): Promise<CompanyCallback | null> {
    return (await tx.query<CompanyCallback>(FIND, [id]))[0] ?? null;
  }

  /** By the id the company knows, among its own. */
  async findOf(company: string, callbackId: string, tx: Tx = this.database): Promise<CompanyCallback | null> {
    return (await tx.query<CompanyCallback>(FIND_OF, [company, callbackId]))[0] ?? null;
  }

  /** Active and future ones, the oldest first. */
  listOpen(company: string): Promise<CompanyCallback[]> {
    return this.database.query<CompanyCallback>(LIST_OPEN, [company]);
  }

  listActive(tx: Tx, company: string, eventType: string): Promise<CompanyCallback[]> {
    return tx.query<CompanyCallback>(LIST_ACTIVE, [company, eventType]);
  }

  /** Of all companies, the newest first. @param pauseReason tells paused ones from disabled ones. */
  page(
    filter: {
      readonly owner: string | null;
      readonly state: string | null;
      readonly before: string | null;
      readonly limit: number;
    },
    pauseReason: string,
  ): Promise<CompanyCallback[]> {
    const { owner, state, before, limit } = filter;
    return this.database.query<CompanyCallback>(PAGE, [owner, state, before, limit, pauseReason]);
  }

  /** After anything but `written` the transaction is lost. */
  insert(tx: Tx, row: CallbackRow, callbackId: string): Promise<CallbackWrite> {
    return this.write(() => tx.query(INSERT, [row.id, row.company, callbackId, ...termsOf(row)]));
  }

  update(tx: Tx, row: CallbackRow): Promise<CallbackWrite> {
    return this.write(() => tx.query(UPDATE, [row.id, ...termsOf(row)]));
  }

  async end(tx: Tx, id: string): Promise<void> {
    await tx.query(END, [id]);
  }

  async endAll(tx: Tx, company: string): Promise<void> {
    await tx.query(END_ALL, [company]);
  }

  /** Ended ones, too. */
  async listIds(tx: Tx, company: string): Promise<string[]> {
    return (await tx.query<{ id: string }>(LIST_IDS, [company])).map(({ id }) => id);
  }

  async countOtherUrls(tx: Tx, row: Pick<CallbackRow, 'company' | 'id' | 'url'>): Promise<number> {
    const rows = await tx.query<{ count: number }>(COUNT_OTHER_URLS, [row.company, row.id, row.url]);
    return rows[0]?.count ?? 0;
  }

  /** By keys; those that are gone are left out. */
  findNames(ids: readonly string[]): Promise<ScopeOwnerName[]> {
    return this.database.query<ScopeOwnerName>(FIND_NAMES, [ids]);
  }

  findSenders(destinationIds: readonly string[], tx: Tx = this.database): Promise<CallbackSender[]> {
    return tx.query<CallbackSender>(FIND_SENDERS, [destinationIds]);
  }

  /** @returns null when the registration is gone. */
  async lockSigning(tx: Tx, id: string): Promise<Pick<CallbackSender, 'id' | 'signingSecrets'> | null> {
    return (await tx.query<Pick<CallbackSender, 'id' | 'signingSecrets'>>(LOCK_SIGNING, [id]))[0] ?? null;
  }

  async setSigning(tx: Tx, id: string, sealed: string): Promise<void> {
    await tx.query(SET_SIGNING, [id, sealed]);
  }

  private async write(statement: () => Promise<unknown>): Promise<CallbackWrite> {
    try {
      await statement();
      return 'written';
    } catch (error) {
      const { code, constraint } = error as { code?: string; constraint?: string };
      if (code === EXCLUSION_VIOLATION) return 'overlaps';
      if (code === UNIQUE_VIOLATION && constraint === CALLBACK_ID_KEY) return 'callback_id_taken';
      throw error;
    }
  }
}

/** In the order of both statements. */
function termsOf(row: CallbackRow): unknown[] {
  const { eventType, qualifier, url, method, contentType, startDate, endDate, destinationId } = row;
  const key = qualifierKey(qualifier);
  const form = [row.apiVersion, row.tellsTrace];
  return [eventType, qualifier, key, url, method, contentType, startDate, endDate, destinationId, ...form];
}
