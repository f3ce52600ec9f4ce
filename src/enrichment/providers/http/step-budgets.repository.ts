import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../../../database/database.js';

/** One statement, so that any number of processes count together. The day is UTC's, by the database's clock. */
const ASK: Statement = {
  name: 'stepBudgets.ask',
  text: `INSERT INTO step_budgets AS b (name, day, asked) VALUES ($1, (now() AT TIME ZONE 'UTC')::date, $2)
         ON CONFLICT (name, day) DO UPDATE SET asked = b.asked + $2
         RETURNING asked::float8 AS asked,
           extract(epoch FROM date_trunc('day', now(), 'UTC') + interval '1 day' - now()) * 1000 AS "leftMs"`,
};

const DELETE_OLD: Statement = {
  name: 'stepBudgets.deleteOld',
  text: `DELETE FROM step_budgets WHERE day < (now() AT TIME ZONE 'UTC')::date - $1::int RETURNING name`,
};

/** Counts the requests of budgets. */
@Injectable()
export class StepBudgetsRepository {
  constructor(private readonly database: Database) {}

  /** @returns how many of the day were asked for, these included, and how long the day still is. */
  async ask(name: string, count: number): Promise<{ readonly asked: number; readonly leftMs: number }> {
    const [row] = await this.database.query<{ asked: number; leftMs: string }>(ASK, [name, count]);
    return { asked: row?.asked ?? 0, leftMs: Number(row?.leftMs ?? 0) };
  }

  async deleteOld(days: number): Promise<number> {
    return (await this.database.query(DELETE_OLD, [days])).length;
  }
}
