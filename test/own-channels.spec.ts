import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RegistrationDeliveriesRepository } from '../src/admin/registration-deliveries.repository.js';
import { Database, type Statement } from '../src/database/database.js';
import { ChannelRegistry } from '../src/delivery/channel-registry.js';
import { destinationOf } from '../src/delivery/destination.js';
import { OrphanSweeper } from '../src/recovery/orphan.sweeper.js';
import { RegistrationRetentionSweeper } from '../src/recovery/registration-retention.sweeper.js';
import { RetentionSweeper } from '../src/recovery/retention.sweeper.js';
import { RegisteredDestinations } from '../src/registrations/registered-destinations.js';
import {
  type Registration,
  RegistrationDirectories,
  type RegistrationDirectory,
} from '../src/registrations/registration-directory.js';
import { RegistrationsAdmin } from '../src/registrations/registrations-admin.js';
import { actorOfJob } from '../src/security/admin-actor.js';
import { type RunningApp, startApp } from './support/app.js';
import { Records } from './support/records.js';
import { deliverThrough, newDelivery, ScriptedChannel } from './support/scripted-channel.js';
import { seedActions } from './support/seeds.js';
import { readStatements } from './support/sql-statements.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
const URL = 'https://receiver.example/hook';
/** A registration of a family that the service does not ship. */
const REGISTRATION = uuidv7();

const ofActions = new ScriptedChannel('own-of-actions');
ofActions.owner = 'action';
const ofEvents = new ScriptedChannel('own-of-events');

let database: TestDatabase;
let records: Records;
let service: RunningApp;
let deliver: ReturnType<typeof deliverThrough>;

beforeAll(async () => {
  database = await createTestDatabase();
  records = new Records(database);
  // Role api runs no loops and sends nothing: every sweep here is one the test makes.
  service = await startApp({ databaseUrl: database.url, env: { ROLE: 'api', REDIS_URL: 'redis://127.0.0.1:9' } });
  deliver = deliverThrough(service, ofActions, ofEvents);
  const found = { id: REGISTRATION, url: URL } as Registration;
  const directory = {
    kind: 'own' as RegistrationDirectory['kind'],
    channel: ofEvents.key,
    find: (id: string) => Promise.resolve(id === REGISTRATION ? found : null),
  } as RegistrationDirectory;
  service.app.get(RegistrationDirectories, { strict: false }).register(directory);
});
afterAll(async () => {
  await service.close();
  await database.drop();
});

async function sweep(sweeper: typeof RegistrationRetentionSweeper | typeof RetentionSweeper): Promise<void> {
  while (await service.app.get<{ sweep(): Promise<boolean> }>(sweeper, { strict: false }).sweep());
}

async function orphans(): Promise<number | undefined> {
  await records.sql('DELETE FROM orphan_checks');
  while (await service.app.get(OrphanSweeper, { strict: false }).sweep());
  const rows = await records.sql<{ n: number }>(`SELECT last_found AS n FROM orphan_checks WHERE kind = 'deliveries'`);
  return rows[0]?.n;
}

/** Bodies of these deliveries that are there; `null` where a body was emptied. */
async function bodies(ids: readonly string[]): Promise<(string | null)[]> {
  const rows = await records.sql<{ body: string | null }>('SELECT body FROM deliveries WHERE id = ANY($1::uuid[])', [
    ids,
  ]);
  return rows.map(({ body }) => body);
}

/** A delivery that ended so many days ago. */
async function ended(channel: ScriptedChannel, ageDays: number, ownerId = uuidv7()): Promise<string> {
  const delivery = newDelivery(channel, URL, { id: uuidv7({ msecs: Date.now() - ageDays * DAY_MS }), ownerId });
  await deliver(delivery);
  await records.sql(`UPDATE deliveries SET status = 'delivered' WHERE id = $1`, [delivery.id]);
  return delivery.id;
}

describe('a channel that the service does not ship', () => {
  it('is looked at by the orphan check if its deliveries belong to actions, and only then', async () => {
    expect(await orphans()).toBe(0);
    const [action = ''] = await seedActions(records, { count: 1, state: 'completed' });
    await deliver(newDelivery(ofActions, URL, { ownerId: action }), newDelivery(ofEvents, URL));
    expect(await orphans()).toBe(0);
    await deliver(newDelivery(ofActions, URL));
    expect(await orphans()).toBe(1);
    await records.sql('DELETE FROM deliveries');
  });

  it('keeps its deliveries as long as their actions, or by their own age', async () => {
    const [action = ''] = await seedActions(records, { count: 1, state: 'completed', ageDays: 1 });
    const withAction = await ended(ofActions, 400, action);
    const young = await ended(ofEvents, 1);
    const emptied = await ended(ofEvents, 40);
    const gone = await ended(ofEvents, 400);
    await sweep(RegistrationRetentionSweeper);
    await sweep(RetentionSweeper);
    expect(await bodies([withAction])).toEqual(['{"name":"Zoë"}']);
    expect(await bodies([young])).toEqual(['{"name":"Zoë"}']);
    expect(await bodies([emptied])).toEqual([null]);
    expect(await bodies([gone])).toEqual([]);
  });

  it('has its deliveries removed with their action', async () => {
    const [action = ''] = await seedActions(records, { count: 1, state: 'completed', ageDays: 400 });
    const withAction = await ended(ofActions, 400, action);
    await sweep(RegistrationRetentionSweeper);
    expect(await bodies([withAction])).toHaveLength(1);
    await sweep(RetentionSweeper);
    expect(await bodies([withAction])).toEqual([]);
  });

  it('has its deliveries listed by their registration, along the index of those', async () => {
    const destination = destinationOf(ofEvents.key, REGISTRATION, URL);
    const [older, newer] = [newDelivery(ofEvents, URL, { destination }), newDelivery(ofEvents, URL, { destination })];
    await deliver(older, newer);
    const repository = service.app.get(RegistrationDeliveriesRepository, { strict: false });
    const page = { before: null, status: null, limit: 10 };
    const listed = await repository.list([destination.id], page);
    expect(listed.map(({ deliveryId }) => deliveryId)).toEqual([newer.id, older.id]);
    const ids = await service.app.get(RegisteredDestinations, { strict: false }).idsOf(REGISTRATION);
    expect(ids).toEqual([destination.id]);

    const asked: Statement[] = [];
    const database = service.app.get(Database, { strict: false });
    const recorder = {
      query: (statement: Statement) => {
        asked.push(statement);
        return Promise.resolve([]);
      },
    } as unknown as Database;
    await new RegistrationDeliveriesRepository(recorder, service.app.get(ChannelRegistry)).list([], page);
    await database.transaction(async (tx) => {
      const run = (text: string): Promise<{ 'QUERY PLAN': string }[]> => tx.query({ name: '', text }, []);
      await run('SET LOCAL plan_cache_mode = force_generic_plan');
      await run(`PREPARE listed AS ${asked[0]?.text ?? ''}`);
      const plan = await run(`EXPLAIN EXECUTE listed('{}', NULL, NULL, 1)`);
      expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toContain('deliveries_of_registrations');
    });
  });

  it('has its registrations paused, at the address they had before, too', async () => {
    await deliver(newDelivery(ofEvents, URL, { destination: destinationOf(ofEvents.key, REGISTRATION, URL) }));
    const before = destinationOf(ofEvents.key, REGISTRATION, 'https://before.example/hook');
    await deliver(newDelivery(ofEvents, before.origin, { destination: before }));
    const admin = service.app.get(RegistrationsAdmin, { strict: false });
    await admin.pause(REGISTRATION, actorOfJob('a test'));
    const rows = await records.sql<{ disabled_reason: string | null }>(
      'SELECT disabled_reason FROM destinations WHERE scope = $1',
      [REGISTRATION],
    );
    expect(rows.map((row) => row.disabled_reason)).toEqual(Array(2).fill('paused by an administrator'));
    await admin.resume(REGISTRATION, actorOfJob('a test'));
    const after = await records.sql('SELECT 1 FROM destinations WHERE scope = $1 AND disabled_reason IS NULL', [
      REGISTRATION,
    ]);
    expect(after).toHaveLength(2);
  });
});

describe('the keys of channels', () => {
  it('stand in no statement but those of their own dialect', () => {
    const keys = service.app
      .get(ChannelRegistry)
      .all()
      .map(({ key }) => key);
    expect(keys).toEqual(expect.arrayContaining(['adobe', 'async-call', 'companies', 'eqp']));
    const spelt = readStatements().statements.filter(({ text }) => keys.some((key) => text.includes(`'${key}'`)));
    // Those about credentials ask for the callbacks that wait for one of Adobe's, the others look among the tables of
    // their own dialect.
    expect(spelt.map(({ name }) => name).sort()).toEqual([
      'admin.findRefusedCredentials',
      'adobeCredentials.countWaiting',
      'companyCallbacks.findSenders',
      'eqp.findCredentials',
      'heldCredentials.findIds',
      'heldCredentials.findOrganisations',
      'noticeTroubles.findRefused',
    ]);
  });

  it.each(['Own', "o'wn", '', 'a'.repeat(41), 'own channel'])(
    'are refused where they could stand in no SQL: %j',
    (key) => {
      expect(() => new ChannelRegistry().register(new ScriptedChannel(key))).toThrow('must match');
    },
  );
});
