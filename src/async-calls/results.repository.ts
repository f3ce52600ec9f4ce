import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../database/database.js';
import type { CallResult, ObjectResult, ResponseEntry } from './async-call.js';

/** The outcome of one object, as it is stored. */
export interface StoredObject extends ObjectResult {
  /** Names of the properties that enrichment put in. */
  readonly added: readonly string[];
}

/** The outcome of a call, as it is stored. */
export interface ResultRow {
  readonly requestId: string;
  readonly clientId: string;
  readonly actionId: string;
  readonly objectType: string;
  readonly conversationId: string | null;
  readonly sequenceCode: number | null;
  readonly callsInConversation: number | null;
  readonly correlationId: string | null;
  readonly overallStatus: CallResult['overallStatus'];
  /** Null when all went well. */
  readonly statusMessage: string | null;
  readonly errorCode: number | null;
  readonly objects: readonly StoredObject[];
}

/** One that was written before. */
export interface WrittenResult extends ResultRow {
  readonly createdAt: Date;
}

/** A result with what its call asked to be told. */
export interface ResultToTell extends ResultRow {
  readonly responses: readonly ResponseEntry[];
}

/** Which results of a client; null: all of them. A row is in when one of the lists has it. */
export interface ResultCandidates {
  readonly requestIds: readonly string[];
  readonly conversationIds: readonly string[];
}

type Raw<Row extends ResultRow> = Omit<Row, 'objects'> & { readonly objects: string };

const COLUMNS = `r.request_id AS "requestId", r.client_id AS "clientId", r.action_id AS "actionId", r.object_type AS "objectType",
  r.conversation_id AS "conversationId", r.sequence_code AS "sequenceCode", r.calls_in_conversation AS "callsInConversation",
  r.correlation_id AS "correlationId",  r.overall_status AS "overallStatus", r.status_message AS "statusMessage", r.error_code AS "errorCode", r.objects`;

const INSERT: Statement = {
  name: 'resultMessages.insert',
  text: `INSERT INTO result_messages (request_id, client_id, action_id, object_type, conversation_id, sequence_code,
                                      calls_in_conversation, overall_status, status_message, error_code, objects, correlation_id)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::int[], $7::int[], $8::text[], $9::text[],
                         $10::int[], $11::text[], $12::text[])`,
};

const FIND_ONE: Statement = {
  name: 'resultMessages.findOne',
  text: `SELECT ${COLUMNS}, r.created_at AS "createdAt" FROM result_messages r WHERE r.request_id = $1 AND r.client_id = $2`,
};

/** Index: result_messages_client. Ids carry the time of the calls, so pages go from the oldest to the newest. */
const FIND_PAGE: Statement = {
  name: 'resultMessages.findPage',
  text: `SELECT ${COLUMNS}, r.created_at AS "createdAt" FROM result_messages r WHERE r.client_id = $1 AND r.request_id > $2
          ORDER BY r.request_id LIMIT $3`,
};

/** A union, so that each half has its index. */
const FIND_AMONG: Statement = {
  name: 'resultMessages.findAmong',
  text: `SELECT ${COLUMNS}, r.created_at AS "createdAt" FROM (
      SELECT * FROM result_messages WHERE client_id = $1 AND request_id > $2 AND request_id = ANY($4::uuid[])
      UNION
      SELECT * FROM result_messages WHERE client_id = $1 AND request_id > $2 AND conversation_id = ANY($5::text[])
    ) r ORDER BY r.request_id LIMIT $3`,
};

/** Index: result_messages_conversation. */
const FIND_CONVERSATION: Statement = {
  name: 'resultMessages.findConversation',
  text: `SELECT ${COLUMNS}, c.responses FROM result_messages r JOIN async_calls c ON c.id = r.request_id
          WHERE r.client_id = $1 AND r.conversation_id = $2 ORDER BY r.sequence_code`,
};

/** Reads and writes results. A client's are read with its id in hand: another's cannot be found. */
@Injectable()
export class ResultsRepository {
  constructor(private readonly database: Database) {}

  async insert(tx: Tx, rows: readonly ResultRow[]): Promise<void> {
    if (rows.length === 0) return;
    await tx.query(INSERT, [
      rows.map((row) => row.requestId),
      rows.map((row) => row.clientId),
      rows.map((row) => row.actionId),
      rows.map((row) => row.objectType),
      rows.map((row) => row.conversationId),
      rows.map((row) => row.sequenceCode),
      rows.map((row) => row.callsInConversation),
      rows.map((row) => row.overallStatus),
      rows.map((row) => row.statusMessage),
      rows.map((row) => row.errorCode),
      rows.map((row) => JSON.stringify(row.objects)),
      rows.map((row) => row.correlationId),
    ]);
  }

  async findOne(clientId: string, requestId: string): Promise<WrittenResult | null> {
    const rows = await this.database.query<Raw<WrittenResult>>(FIND_ONE, [requestId, clientId]);
    return rows.map((row) => parse(row))[0] ?? null;
  }

  /** The oldest calls first, `after` excluded. */
  async findPage(
    clientId: string,
    candidates: ResultCandidates | null,
    after: string,
    limit: number,
  ): Promise<WrittenResult[]> {
    const values = [clientId, after, limit];
    const rows = await (candidates === null
      ? this.database.query<Raw<WrittenResult>>(FIND_PAGE, values)
      : this.database.query<Raw<WrittenResult>>(FIND_AMONG, [
          ...values,
          candidates.requestIds,
          candidates.conversationIds,
        ]));
    return rows.map((row) => parse(row));
  }

  /** Results of the parts that have ended, in their sequence. */
  async findConversation(tx: Tx, clientId: string, conversationId: string): Promise<ResultToTell[]> {
    const rows = await tx.query<Raw<ResultToTell>>(FIND_CONVERSATION, [clientId, conversationId]);
    return rows.map((row) => parse(row));
  }
}

function parse<Row extends ResultRow>(row: Raw<Row>): Row {
  return { ...row, objects: JSON.parse(row.objects) as StoredObject[] } as unknown as Row;
}
