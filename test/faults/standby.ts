import { execFile } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { chown, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { locatePostgresBinaries } from '../../src/database/postgres-binaries.js';
import { findPostgresOwner } from '../../src/database/postgres-owner.js';
import { startPostmaster, stopPostmaster } from '../../src/database/postmaster.js';
import type { Rig } from './rig.js';
import { TcpProxy } from './tcp-proxy.js';

const run = promisify(execFile);
/** As the primary's `synchronous_standby_names` names it. */
const NAME = 'faults';
const FOLLOWS_WITHIN_MS = 30_000;

/** A second server that follows a rig's own by streaming replication, and may take its place. */
export class Standby {
  private constructor(
    private readonly rig: Rig,
    private readonly home: string,
    readonly port: number,
    /** What the primary sends goes over this line. */
    readonly line: TcpProxy,
  ) {}

  /** @param synchronous whether every commit of the primary waits for it */
  static async start(rig: Rig, { synchronous }: { synchronous: boolean }): Promise<Standby> {
    const home = join(tmpdir(), `ricochet-test-${process.pid}-standby`);
    rmSync(home, { recursive: true, force: true });
    mkdirSync(home, { mode: 0o711 });
    const directory = join(home, 'postgres');
    await rig.asAdmin((admin) => copyBase(admin, rig, directory));
    const line = await TcpProxy.start(rig.port);
    const { username, password } = new URL(rig.urlOf('postgres'));
    const owner = await findPostgresOwner();
    const settings = {
      // The defaults are those of the primary, max_connections among them: with fewer it would not start.
      ...rig.settings,
      hot_standby: 'on',
      primary_conninfo: `host=127.0.0.1 port=${line.port} user=${username} password=${password} application_name=${NAME}`,
      primary_slot_name: NAME,
    };
    const binaries = await locatePostgresBinaries(owner);
    const port = await startPostmaster(directory, join(home, 'postgres.log'), binaries, owner, settings);
    const standby = new Standby(rig, home, port, line);
    await standby.untilItFollows('async');
    if (synchronous) {
      // After the copy: a promoted server has an empty list, and waits for nobody.
      await rig.asAdmin(async (admin) => {
        await admin.query(`ALTER SYSTEM SET synchronous_standby_names = '${NAME}'`);
        await admin.query('SELECT pg_reload_conf()');
      });
      await standby.untilItFollows('sync');
    }
    return standby;
  }

  /** From now on it takes writes. */
  async promote(): Promise<void> {
    await this.asAdmin((admin) => admin.query('SELECT pg_promote(true, 60)'));
  }

  /** Runs statements as its superuser. */
  async asAdmin<Result>(work: (admin: Client) => Promise<Result>, database = 'postgres'): Promise<Result> {
    const admin = new Client({
      connectionString: this.rig.urlOf(database, this.port),
      application_name: 'fault-admin',
    });
    admin.on('error', () => undefined);
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.end();
    }
  }

  async stop(): Promise<void> {
    await stopPostmaster(join(this.home, 'postgres'));
    await this.line.stop();
    rmSync(this.home, { recursive: true, force: true });
  }

  private async untilItFollows(state: 'async' | 'sync'): Promise<void> {
    const giveUpAt = performance.now() + FOLLOWS_WITHIN_MS;
    for (;;) {
      const rows = await this.rig.asAdmin((admin) =>
        admin.query<{ state: string; sync: string }>(
          'SELECT state, sync_state AS sync FROM pg_stat_replication WHERE application_name = $1',
          [NAME],
        ),
      );
      const [row] = rows.rows;
      if (row?.state === 'streaming' && row.sync === state) return;
      if (performance.now() > giveUpAt) throw new Error(`the standby does not follow: ${JSON.stringify(row)}`);
      await sleep(50);
    }
  }
}

/** All files of the running server, between the two calls that make such a copy usable. */
async function copyBase(admin: Client, rig: Rig, directory: string): Promise<void> {
  // Keeps what the copy does not have yet.
  await admin.query('SELECT pg_create_physical_replication_slot($1, true)', [NAME]);
  await admin.query(`SELECT pg_backup_start('faults', true)`);
  const source = await rig.clusterDirectory();
  await run('cp', ['-a', source, directory]).catch((error: unknown) => {
    // Files of temporary tables come and go meanwhile.
    const { stderr } = error as { stderr?: string };
    const others = (stderr ?? '').split('\n').filter((line) => line !== '' && !line.includes('No such file'));
    if (stderr === undefined || others.length > 0) throw error;
  });
  const { rows } = await admin.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop(false)');
  for (const name of ['postmaster.pid', 'postmaster.opts', join('pg_replslot', NAME)]) {
    await rm(join(directory, name), { recursive: true, force: true });
  }
  const { uid, gid } = await stat(directory);
  for (const [name, text] of [
    ['backup_label', rows[0]?.labelfile ?? ''],
    ['standby.signal', ''],
  ] as const) {
    await writeFile(join(directory, name), text, { mode: 0o600 });
    await chown(join(directory, name), uid, gid);
  }
}
