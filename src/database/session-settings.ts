import type { ClientBase } from 'pg';
import { SESSION_PLANNING } from './plans.js';

/**
 * The settings of our sessions; they win over database, role, `options` and pooler, because each other value
 * was a way to a wrong result or to an error. `search_path`, `default_transaction_read_only` and `synchronous_commit` are not
 * here: they are decisions of the database's owner.
 */
const SESSION_SETTINGS: Readonly<Record<string, string>> = {
  // The driver reads dates, intervals, bytes and floats in these spellings alone.
  datestyle: 'ISO, MDY',
  intervalstyle: 'postgres',
  bytea_output: 'hex',
  extra_float_digits: '1',
  // Days and hours mean the same in every process.
  timezone: 'UTC',
  // Literals and arrays of our statements are written for these.
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  // Claims skip locked rows and look at what others have just committed; a stricter level fails them instead.
  default_transaction_isolation: 'read committed',
};

/** Milliseconds. In the server; the driver's own `query_timeout` is longer, for connections that are half open. */
const TIME_LIMITS: Readonly<Record<string, string>> = {
  statement_timeout: '10000',
  idle_in_transaction_session_timeout: '10000',
  // A role's own would end statements that only wait their turn, and connections that only wait for work.
  lock_timeout: '0',
  idle_session_timeout: '0',
};

/** For `onConnect` of a pool: one statement, before anything else. @throws the server's error when it refuses one. */
export const settleSession = settling({ ...SESSION_SETTINGS, ...SESSION_PLANNING, ...TIME_LIMITS });

/** The same for migrations: they take the time they take, and read whole tables by design. */
export const settlePatientSession = settling({
  ...SESSION_SETTINGS,
  statement_timeout: '0',
  idle_in_transaction_session_timeout: '0',
});

/**
 * A statement instead of `options` in the start-up packet: poolers refuse or drop those, and what is set by statement wins
 * over everything that was there before.
 */
function settling(settings: Readonly<Record<string, string>>): (client: ClientBase) => Promise<void> {
  const text = 'SELECT set_config(name, value, false) FROM unnest($1::text[], $2::text[]) AS s(name, value)';
  const values = [Object.keys(settings), Object.values(settings)];
  return async (client) => {
    await client.query({ text, values });
  };
}
