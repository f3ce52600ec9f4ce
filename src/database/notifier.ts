import type { PooledClient } from './pooled-client.js';
import { KeptConnection } from './kept-connection.js';
import type { OpenConnection } from './own-connection.js';
import { settleSession } from './session-settings.js';

/**
 * A NOTIFY takes one lock of the whole cluster until its commit. Another's transaction may hold it for as long as its standby
 * does not answer. `statement_timeout` does not reach that far: the server ends it before the commit.
 */
const LOCK_WITHIN_MS = 500;
/** No process listens there: shows that a NOTIFY gets through. */
const PROBE_CHANNEL = 'ricochet_probe';

export interface NotifierOptions {
  readonly open: OpenConnection;
  readonly onWorks?: () => void;
  readonly onTrouble: (error: Error) => void;
}

/**
 * Tells the other processes of the database, on a connection of its own and in transactions that write nothing. In the writing
 * transactions themselves NOTIFY lost: 16 writers fell from 2,418 to 489 commits/s, and behind a standby 6 ms away from 743
 * to 96, because each held the lock until its commit was over. A transaction that writes nothing waits for no standby.
 */
export class Notifier {
  private readonly connection: KeptConnection;

  constructor({ open, onWorks = () => undefined, onTrouble }: NotifierOptions) {
    this.connection = new KeptConnection({
      open,
      setUp,
      check: `SELECT pg_notify('${PROBE_CHANNEL}', '')`,
      onWorks,
      onTrouble,
    });
    this.connection.start();
  }

  /** Whether what it says gets out. */
  get isWorking(): boolean {
    return this.connection.isWorking;
  }

  /** Resolves when the server has taken it. @throws when it could not be said: it is not said later. */
  notify(channel: string, payload = ''): Promise<void> {
    return this.connection.run('SELECT pg_notify($1, $2)', [channel, payload]);
  }

  close(): Promise<void> {
    return this.connection.close();
  }
}

async function setUp(client: PooledClient): Promise<void> {
  await settleSession(client);
  const settings = { lock_timeout: String(LOCK_WITHIN_MS), synchronous_commit: 'off' };
  await client.query({
    text: 'SELECT set_config(name, value, false) FROM unnest($1::text[], $2::text[]) AS s(name, value)',
    values: [Object.keys(settings), Object.values(settings)],
  });
}
