import { setTimeout as sleep } from 'node:timers/promises';
import type { TestDatabase } from './test-database.js';

/** What the database of a test says about actions and their deliveries. */
export class Records {
  constructor(private readonly database: TestDatabase) {}

  async sql<Row = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
    const result: unknown = await this.database.dataSource.query(text, values);
    return result as Row[];
  }

  /** Resolves once every action is in the state. @throws naming what the others are in. */
  async untilState(ids: readonly string[], state: string, withinMs = 10_000): Promise<void> {
    const giveUpAt = performance.now() + withinMs;
    for (;;) {
      const rows = await this.sql<{ state: string; n: number }>(
        `SELECT state, count(*)::int AS n FROM actions WHERE id = ANY($1::uuid[]) GROUP BY state`,
        [ids],
      );
      if (rows.length === 1 && rows[0]?.state === state && rows[0].n === ids.length) return;
      if (performance.now() > giveUpAt) {
        throw new Error(`not all ${ids.length} became ${state} within ${withinMs} ms: ${JSON.stringify(rows)}`);
      }
      await sleep(50);
    }
  }

  /** How many history rows into a final state each action has, by action. */
  async endings(ids: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.sql<{ action_id: string; n: number }>(
      `SELECT action_id, count(*)::int AS n FROM action_history
        WHERE action_id = ANY($1::uuid[]) AND to_state IN ('completed', 'undeliverable', 'expired') GROUP BY action_id`,
      [ids],
    );
    return new Map(rows.map((row) => [row.action_id, row.n]));
  }

  /** Attempts of an action's callback, in their order. */
  attempts(id: string): Promise<{ number: number; status: number | null; error_class: string | null }[]> {
    return this.sql(
      `SELECT t.number, t.status, t.error_class FROM delivery_attempts t JOIN deliveries d ON d.id = t.delivery_id
        WHERE d.owner_id = $1 ORDER BY t.number`,
      [id],
    );
  }

  /** Moves an action and its callback in time, as if it had been received earlier: its deadline is `leftMs` away. */
  async moveDeadline(id: string, leftMs: number): Promise<void> {
    await this.sql(
      `UPDATE actions SET deadline_at = now() + $2 * interval '1 millisecond',
              received_at = now() + $2 * interval '1 millisecond' - (deadline_at - received_at) WHERE id = $1`,
      [id, leftMs],
    );
    await this.sql(
      `UPDATE deliveries SET expires_at = (SELECT deadline_at FROM actions WHERE id = $1),
              next_attempt_at = least(next_attempt_at, (SELECT deadline_at FROM actions WHERE id = $1)) WHERE owner_id = $1`,
      [id],
    );
  }
}
