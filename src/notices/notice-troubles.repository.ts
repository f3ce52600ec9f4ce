import { Injectable } from '@nestjs/common';
import { IMS_REFUSES } from '../callbacks/callbacks.errors.js';
import { Database, type Statement } from '../database/database.js';
import { PAUSE_REASON } from '../registrations/destination-pauses.repository.js';
import type { NoticeBounds, NoticeCause } from './notice.js';

/** One thing that a cause is about. */
export interface Trouble {
  /** The same as long as it is the same trouble. */
  readonly key: string;
  readonly count: number;
  /** A name that may be shown. */
  readonly name: string | null;
}

/** Of a cause with a bound the number that is over it. */
type Watch = Pick<NoticeBounds, 'backlogRows' | 'lagSeconds'> & { readonly since: Date };

/** Index: destinations_guarded holds those that are switched off. Registrations of customers have a uuid as their scope. */
const FIND_DISABLED: Statement = {
  name: 'noticeTroubles.findDisabled',
  text: `SELECT id AS key, 1 AS count, NULL AS name FROM destinations
          WHERE disabled_reason IS NOT NULL AND disabled_reason <> $1 LIMIT 1000`,
};

/** Along the primary key, at most the rows of an hour: no scan of what they count. */
const FIND_FAILED: Statement = {
  name: 'noticeTroubles.findFailed',
  text: `SELECT extract(epoch FROM at)::text AS key, count::int AS count, NULL AS name FROM statistics
          WHERE kind = 'all' AND subject = '' AND step_minutes = 1
            AND at > greatest(now() - interval '1 hour', $1::timestamptz - interval '1 minute') AND name = 'failed'`,
};

/** Index: deliveries_open. Stored credentials by their organisation; that of the environment as one. */
const FIND_REFUSED: Statement = {
  name: 'noticeTroubles.findRefused',
  text: `SELECT ims_org_id AS key, 1 AS count, NULL AS name FROM adobe_credentials WHERE refused_error IS NOT NULL
         UNION ALL
         SELECT * FROM (
           SELECT '' AS key, 1 AS count, NULL AS name FROM (
             SELECT last_error FROM deliveries WHERE status = 'pending' AND channel = 'adobe' LIMIT 10000) waiting
            WHERE starts_with(last_error, $1::text) LIMIT 1) environment`,
};

const FIND_BACKLOG: Statement = {
  name: 'noticeTroubles.findBacklog',
  text: `SELECT 'backlog' AS key, $1::int AS count, NULL AS name
           FROM (SELECT count(*) AS due FROM (SELECT 1 FROM actions WHERE state = 'received' LIMIT $1) bounded) counted WHERE due >= $1`,
};

const FIND_LAG: Statement = {
  name: 'noticeTroubles.findLag',
  text: `SELECT 'lag' AS key, floor(extract(epoch FROM now() - received_at))::int AS count, NULL AS name FROM (
            SELECT received_at FROM actions WHERE state = 'received' ORDER BY deadline_at LIMIT 1) oldest
          WHERE received_at <= now() - $1 * interval '1 second'`,
};

/** Tables are few, and each keeps few versions. */
const FIND_LOADED: Statement = {
  name: 'noticeTroubles.findLoaded',
  text: `SELECT id::text AS key, 1 AS count, table_name AS name FROM lookup_versions
          WHERE state = 'ready' AND current_at > $1::timestamptz ORDER BY id DESC LIMIT 200`,
};

/** Finds what notices tell of, whichever process it happened in. */
@Injectable()
export class NoticeTroubles {
  constructor(private readonly database: Database) {}

  find(cause: NoticeCause, { since, backlogRows, lagSeconds }: Watch): Promise<Trouble[]> {
    switch (cause) {
      case 'registrationDisabled':
        return this.ask(FIND_DISABLED, [PAUSE_REASON]);
      case 'callbacksDead':
        return this.ask(FIND_FAILED, [since]);
      case 'credentialRefused':
        return this.ask(FIND_REFUSED, [IMS_REFUSES]);
      case 'backlog':
        return backlogRows === null ? Promise.resolve([]) : this.ask(FIND_BACKLOG, [backlogRows]);
      case 'lag':
        return lagSeconds === null ? Promise.resolve([]) : this.ask(FIND_LAG, [lagSeconds]);
      case 'tableJobEnded':
        return this.ask(FIND_LOADED, [since]);
      default:
        return cause satisfies never;
    }
  }

  private ask(statement: Statement, values: readonly unknown[]): Promise<Trouble[]> {
    return this.database.query<Trouble>(statement, values);
  }
}
