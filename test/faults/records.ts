import { Client } from 'pg';
import { canMove, type ActionState } from '../../src/actions/action-state.js';
import type { SeenRequest } from './recording-adobe.js';

/** An action as its row, its history and its deliveries tell it. */
export interface ActionRecord {
  readonly id: string;
  readonly state: ActionState;
  readonly outcome: string | null;
  readonly reason: string | null;
  readonly history: readonly { readonly from: ActionState; readonly to: ActionState }[];
  readonly deliveries: readonly DeliveryRecord[];
}

/** A delivery with its attempts. */
export interface DeliveryRecord {
  readonly id: string;
  readonly status: string;
  readonly last_error: string | null;
  readonly attempts: readonly AttemptRecord[];
}

/** One attempt as recorded. */
export interface AttemptRecord {
  readonly number: number;
  readonly status: number | null;
  readonly error_class: string | null;
}

/** Reads what a world's database says; its connection is made anew after a fault took it. */
export class FaultRecords {
  constructor(private readonly url: () => string) {}

  async sql<Row = Record<string, unknown>>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const client = await this.connect();
    try {
      const { rows } = await client.query(text, [...values]);
      return rows as Row[];
    } finally {
      await client.end();
    }
  }

  /** A session of its own; whoever asks ends it. */
  async connect(): Promise<Client> {
    const client = new Client({
      connectionString: this.url(),
      application_name: 'fault-records',
      query_timeout: 60_000,
      options: '-c default_transaction_read_only=off',
    });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  /** How many of the actions have not ended. */
  async countUnfinished(ids: readonly string[]): Promise<number> {
    const [row] = await this.sql<{ n: number }>(
      `SELECT count(*)::int AS n FROM unnest($1::uuid[]) AS wanted(id) LEFT JOIN actions a USING (id)
        WHERE a.id IS NOT NULL AND a.state IN ('received', 'enriching', 'calling_back')`,
      [ids],
    );
    return row?.n ?? 0;
  }

  /** Everything about the actions; one that has no row is missing. */
  async load(ids: readonly string[]): Promise<Map<string, ActionRecord>> {
    const rows = await this.sql<ActionRecord>(
      `SELECT a.id, a.state, a.outcome, a.reason,
              coalesce((SELECT jsonb_agg(jsonb_build_object('from', h.from_state, 'to', h.to_state) ORDER BY h.at)
                          FROM action_history h WHERE h.action_id = a.id), '[]') AS history,
              coalesce((SELECT jsonb_agg(jsonb_build_object('id', d.id, 'status', d.status, 'last_error', d.last_error,
                          'attempts', coalesce((SELECT jsonb_agg(jsonb_build_object('number', t.number, 'status', t.status,
                             'error_class', t.error_class) ORDER BY t.number) FROM delivery_attempts t WHERE t.delivery_id = d.id), '[]')))
                          FROM deliveries d WHERE d.owner_id = a.id), '[]') AS deliveries
         FROM actions a WHERE a.id = ANY($1::uuid[])`,
      [ids],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  /**
   * Rows whose owner is gone, by kind.
   * @param attemptsMax attempts that may be: of deliveries that went with a primary. The orphan sweep removes them.
   */
  async findOrphans(attemptsMax = 0): Promise<string[]> {
    const rows = await this.sql<{ kind: string; n: number }>(`
      SELECT 'delivery' AS kind, count(*)::int AS n FROM deliveries d LEFT JOIN actions a ON a.id = d.owner_id WHERE a.id IS NULL AND d.channel = 'adobe'
      UNION ALL SELECT 'attempt', count(*)::int FROM delivery_attempts t LEFT JOIN deliveries d ON d.id = t.delivery_id WHERE d.id IS NULL
      UNION ALL SELECT 'history', count(*)::int FROM action_history h LEFT JOIN actions a ON a.id = h.action_id WHERE a.id IS NULL
      UNION ALL SELECT 'token', count(*)::int FROM action_tokens t LEFT JOIN actions a ON a.id = t.action_id WHERE a.id IS NULL
      UNION ALL SELECT 'payload', count(*)::int FROM action_payloads p LEFT JOIN actions a ON a.id = p.action_id WHERE a.id IS NULL
      UNION ALL SELECT 'action without payload', count(*)::int FROM actions a LEFT JOIN action_payloads p ON p.action_id = a.id
        WHERE p.action_id IS NULL AND a.state IN ('received', 'enriching', 'calling_back')
      UNION ALL SELECT 'destination', count(*)::int FROM deliveries d LEFT JOIN destinations t ON t.id = d.destination_id WHERE t.id IS NULL`);
    const most = (kind: string): number => (kind === 'attempt' ? attemptsMax : 0);
    return rows.filter(({ kind, n }) => n > most(kind)).map(({ kind, n }) => `${n} orphans: ${kind}`);
  }
}

const FINAL: readonly ActionState[] = ['completed', 'undeliverable', 'expired'];

/** What is wrong with an action's life as recorded: every move in the table, one after the other, one end. */
export function checkHistory(action: ActionRecord): string[] {
  const left = [...action.history];
  // It left the state it began in once more often than it came to it.
  const balance =
    left.filter((move) => move.from === 'received').length - left.filter((move) => move.to === 'received').length;
  let state: ActionState = balance > 0 ? 'received' : 'enriching';
  let endings = 0;
  while (left.length > 0) {
    // Rows of two transactions may carry the same time; the states say in which order they were.
    const next = left.findIndex((move) => move.from === state);
    if (next < 0) return [`action ${action.id}: its history breaks off at ${state}`];
    const [move] = left.splice(next, 1);
    if (move === undefined) break;
    if (!canMove(move.from, move.to)) return [`action ${action.id} moved from ${move.from} to ${move.to}`];
    state = move.to;
    if (FINAL.includes(state)) endings += 1;
  }
  if (state !== action.state) return [`action ${action.id} is ${action.state}, its history says ${state}`];
  if (!FINAL.includes(state)) return [`action ${action.id} has not ended: ${state}`];
  return endings === 1 ? [] : [`action ${action.id} ended ${endings} times`];
}

/** Attempts that never reached anybody: the endpoint cannot have seen them. */
const UNSEEN_CLASSES = new Set(['connect', 'dns', 'tls', 'address']);

/**
 * Compares the attempts of an action's delivery with the requests its endpoint saw. An answer proves that a request was
 * seen; a reset or a time-out may come before or after that; a kill may take one record with it.
 */
export function checkAttempts(action: ActionRecord, seen: readonly SeenRequest[], kills: number): string[] {
  const attempts = action.deliveries.flatMap((delivery) => delivery.attempts);
  const certain = attempts.filter((attempt) => attempt.status !== null).length;
  const possible = attempts.filter((attempt) => !UNSEEN_CLASSES.has(attempt.error_class ?? '')).length;
  return certain <= seen.length && seen.length <= possible + kills
    ? []
    : [`action ${action.id}: ${attempts.length} attempts recorded (${certain} answered), ${seen.length} requests seen`];
}
