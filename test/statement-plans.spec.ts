import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ActionTrialsRepository } from '../src/actions/action-trials.repository.js';
import { ActionTokensRepository } from '../src/actions/action-tokens.repository.js';
import { ActionsRepository } from '../src/actions/actions.repository.js';
import { DeliveryDetailRepository } from '../src/admin/delivery-detail.repository.js';
import { DestinationListRepository } from '../src/admin/destination-list.repository.js';
import { RefusedCredentialsRepository } from '../src/admin/refused-credentials.repository.js';
import { AdobeCredentialsRepository } from '../src/callbacks/credentials/adobe-credentials.repository.js';
import { HeldCredentialsRepository } from '../src/recovery/held-credentials.repository.js';
import { SubjectsRepository } from '../src/erasure/subjects.repository.js';
import type { Database, Statement } from '../src/database/database.js';
import { IdBatch } from '../src/database/id-batch.js';
import { DeliveriesRepository } from '../src/delivery/deliveries.repository.js';
import { DeliveryErasureRepository } from '../src/delivery/delivery-erasure.repository.js';
import { DeliveryMovesRepository } from '../src/delivery/delivery-moves.repository.js';
import { DeliveryRetentionRepository } from '../src/delivery/delivery-retention.repository.js';
import { RetentionCursorsRepository } from '../src/recovery/retention-cursors.repository.js';
import { RetentionRepository } from '../src/recovery/retention.repository.js';
import { DeliverySuspectsRepository } from '../src/delivery/delivery-suspects.repository.js';
import { HeldDeliveriesRepository } from '../src/delivery/held-deliveries.repository.js';
import { DeliveryResendRepository } from '../src/delivery/delivery-resend.repository.js';
import { SendingMarksRepository } from '../src/delivery/sending-marks.repository.js';
import { BridgedEventsRepository } from '../src/erasure/bridged-events.repository.js';
import { SubjectSearchRepository } from '../src/erasure/subject-search.repository.js';
import { CallOwnersRepository } from '../src/async-calls/call-owners.repository.js';
import { FIRST_KEY, LookupRowsRepository } from '../src/lookup-tables/lookup-rows.repository.js';
import { FailedDeliveriesRepository } from '../src/resend/failed-deliveries.repository.js';
import { channelsOfEvents } from './support/scripted-channel.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

/** A node of EXPLAIN (FORMAT JSON). */
interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Plans?: readonly PlanNode[];
}

const BIG = ['actions', 'action_payloads', 'action_tokens', 'action_history', 'deliveries', 'delivery_attempts'];
/** Statements with an answer that the next one is made of. */
const FOUND: Readonly<Record<string, object>> = {
  'deliveryErasure.findIds': {},
  'retentionCursors.take': { afterId: randomUUID() },
  'retention.findPayloads': { due: IdBatch.of([randomUUID()]).toParameter() },
  'retention.findRows': { due: IdBatch.of([randomUUID()]).toParameter() },
  'deliveryRetention.findOwned': {
    waiting: [],
    bodyOwners: IdBatch.of([randomUUID()]).toParameter(),
    deliveries: IdBatch.of([randomUUID()]).toParameter(),
  },
  'deliveryRetention.emptyBodies': { count: 1 },
};

const NO_FILTER = {
  statuses: ['dead'],
  destinationId: null,
  origin: null,
  pathPrefix: null,
  channel: null,
  service: null,
  tenant: null,
} as const;

let test: TestDatabase;
let pool: Pool;
let statements: Map<string, Statement>;

beforeAll(async () => {
  test = await createTestDatabase();
  pool = (test.dataSource.driver as unknown as { master: Pool }).master;
  statements = await collectStatements();
});
afterAll(() => test.drop());

/** What the repositories send, without anybody to send it to. */
async function collectStatements(): Promise<Map<string, Statement>> {
  const found = new Map<string, Statement>();
  const [id, leaseToken] = [randomUUID(), randomUUID()];
  const recorder = {
    query: (statement: Statement) => {
      found.set(statement.name, statement);
      // One row, where a next statement is made of what the first one found.
      return Promise.resolve(FOUND[statement.name] === undefined ? [] : [{ id, ...FOUND[statement.name] }]);
    },
    transaction: (work: (tx: Database) => unknown) => work(recorder),
  } as unknown as Database;
  const lease = [{ id, leaseToken }];
  const actions = new ActionsRepository(recorder);
  await actions.transition(recorder, 'enriching', 'calling_back', lease);
  await actions.extendLeases(lease, 1_000);
  await actions.releaseLeases(lease);
  await actions.claimDue(1, leaseToken, 1_000);
  await actions.lockPastMargin(recorder, 1);
  await actions.lockStranded(recorder, 1);
  await actions.lockQuarantined(recorder, 1);
  await actions.reclaimExpired(1);
  await actions.findSecrets([id]);
  const tokens = new ActionTokensRepository(recorder);
  await tokens.findTokenOwners([id]);
  await tokens.findEarlierTokenOwners([{ earlierKey: id, tokenKey: id, tenant: 't' }]);
  const deliveries = new DeliveriesRepository(recorder);
  await deliveries.settle(recorder, []);
  await deliveries.extendLeases(lease, 1_000);
  await deliveries.releaseLeases(lease, true);
  await deliveries.claimDue({ limit: 1, channels: [], busy: [] }, leaseToken, 1_000);
  await deliveries.expireWaiting(recorder, 1);
  await deliveries.reclaimExpired(recorder, 1);
  const moves = new DeliveryMovesRepository(recorder);
  await moves.follow(recorder, [], 1);
  await moves.cancel(recorder, [], 1);
  await moves.readdress(recorder, []);
  await moves.findLeft(1);
  await new SendingMarksRepository(recorder).markSending(lease);
  const trials = new ActionTrialsRepository(recorder);
  await trials.begin(lease);
  await trials.end(lease);
  await trials.forfeit(lease);
  const suspects = new DeliverySuspectsRepository(recorder);
  await suspects.beginTrials(lease);
  await suspects.endTrials(lease);
  await suspects.forfeitLeases(lease);
  await new DeliveryResendRepository().requeue(recorder, [{ id, extend: false }], 'manual');
  await new DeliveryResendRepository().lockWait(recorder, id);
  await new DeliveryResendRepository().hurry(recorder, id);
  await new DeliveryDetailRepository(recorder).find(id);
  await new FailedDeliveriesRepository().countOthers(recorder, NO_FILTER, { after: id, before: id }, 1);
  await new CallOwnersRepository().lockFenced(recorder, [{ id, from: 'enriching', leaseToken }]);
  const erasure = new DeliveryErasureRepository();
  await erasure.stop(recorder, [id]);
  await erasure.empty(recorder, [id]);
  await erasure.stripUrls(recorder, [id]);
  const retention = new DeliveryRetentionRepository(recorder);
  await retention.findOwned(IdBatch.of([id]));
  await retention.emptyBodies(recorder, IdBatch.of([id]));
  await retention.emptyAttempts(recorder, IdBatch.of([id]));
  await retention.deleteOwned(recorder, IdBatch.of([id]));
  const forgetting = new RetentionRepository(recorder, retention, new RetentionCursorsRepository(recorder));
  await forgetting.erasePayloads({ walk: 'payloads', beforeId: id, limit: 1 });
  await forgetting.deleteRows({ walk: 'rows', beforeId: id, limit: 1 });
  const stretch = { afterId: id, beforeId: id, limit: 1, ownedByActions: ['adobe'] };
  await retention.emptyEnded(stretch);
  await retention.deleteEnded(stretch);
  await new HeldDeliveriesRepository(recorder).releaseReadable([id]);
  await new HeldDeliveriesRepository(recorder).hurry('adobe', ['t'], ['a', 'b'], 1);
  await new HeldCredentialsRepository(recorder).findOrganisations();
  await new HeldCredentialsRepository(recorder).findIds('t', 1);
  await new AdobeCredentialsRepository(recorder).countWaiting(recorder, 't');
  await new RefusedCredentialsRepository(recorder).find();
  await new DestinationListRepository(recorder, channelsOfEvents('companies')).findLastFailure(id);
  const subject = { tenant: 't', entityId: '1' };
  const search = new SubjectSearchRepository();
  await search.findCandidates(recorder, subject, { after: id, last: id });
  await search.findTexts(recorder, [id]);
  await search.findSiblings(recorder, [id]);
  const subjects = new SubjectsRepository(recorder);
  await subjects.findWindow(id, 1);
  await subjects.findActions([id]);
  await subjects.findDeliveries([id]);
  await subjects.findAttempts([id]);
  await subjects.findResults([id]);
  const bridged = new BridgedEventsRepository();
  await bridged.findLinked(recorder, [id]);
  await bridged.findUnlinked(recorder, subject, id, id);
  await new LookupRowsRepository(recorder).deletePage(1, FIRST_KEY, 1);
  return found;
}

/** The nodes of a statement's plan, as a session of ours would make it once and for all. */
async function planOf(name: string): Promise<PlanNode[]> {
  const statement = statements.get(name);
  if (statement === undefined) throw new Error(`nobody sent ${name}: ${[...statements.keys()].join(', ')}`);
  const { rows } = await pool.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
    `EXPLAIN (GENERIC_PLAN, FORMAT JSON) ${statement.text}`,
  );
  const walk = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(walk)];
  return walk((rows[0] as (typeof rows)[0])['QUERY PLAN'][0]?.Plan as PlanNode);
}

/** Every place where one of the big tables is read. */
async function scansOf(name: string): Promise<string[]> {
  return (await planOf(name)).flatMap((node) => {
    if (!/Scan$/.test(node['Node Type'])) return [];
    const index = node['Index Name'];
    const table = node['Relation Name'];
    const by = node['Index Cond'] === undefined ? 'all of it' : 'by a condition';
    if (index !== undefined) return [`${index} ${by}`];
    return table !== undefined && BIG.includes(table) && node['Node Type'] === 'Seq Scan' ? [`${table} all of it`] : [];
  });
}

/** So many actions with a delivery each, the oldest `underWay` of them not finished, ids in the order of time. */
async function fill(count: number, underWay: number): Promise<void> {
  await pool.query(
    `INSERT INTO actions (id, service, dialect, tenant, object_type, entity_id, state, deadline_at, finished_at)
     SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 's', 'adobe', 't', 'person', n::text, CASE WHEN n > $2 THEN 'completed' ELSE 'calling_back' END,
            now() + n * interval '1 second' - interval '1 hour', now() FROM generate_series(1, $1) n`,
    [count, underWay],
  );
  await pool.query(
    `INSERT INTO deliveries (id, channel, owner_id, destination_id, event_id, method, url, content_type, status)
     SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'adobe', gen_random_uuid(), '00000000-0000-4000-8000-000000000001', 'e', 'POST', 'u', 'c',
            CASE WHEN n > $2 THEN 'delivered' ELSE 'delivering' END FROM generate_series(1, $1) n`,
    [count, underWay],
  );
}

describe.each([
  ['were never analyzed', 0, 0, false],
  ['held three finished rows', 3, 0, true],
  ['held five thousand finished rows', 5_000, 0, true],
  ['held thirty thousand rows, some under way', 30_000, 400, true],
  ['held nothing but what is under way', 400, 400, true],
])('plans made while the tables %s', (_, rows, underWay, analyze) => {
  beforeAll(async () => {
    await pool.query('TRUNCATE actions, deliveries');
    if (rows > 0) await fill(rows, underWay);
    if (analyze) await pool.query('ANALYZE actions, deliveries');
  });

  it.each([
    ['actions.transition', ['actions_pkey by a condition']],
    ['actions.extendLeases', ['actions_pkey by a condition', 'actions_pkey by a condition']],
    ['actions.releaseLeases', ['actions_pkey by a condition']],
    ['actions.findTokenOwners', ['action_tokens_pkey by a condition', 'actions_pkey by a condition']],
    ['actions.findEarlierTokenOwners', ['action_tokens_pkey by a condition', 'actions_pkey by a condition']],
    ['actions.findSecrets', ['actions_pkey by a condition', 'action_payloads_pkey by a condition']],
    ['deliveries.settle', ['deliveries_pkey by a condition']],
    ['deliveries.extendLeases', ['deliveries_pkey by a condition', 'deliveries_pkey by a condition']],
    ['deliveries.releaseLeases', ['deliveries_pkey by a condition']],
    ['actions.beginTrials', ['actions_pkey by a condition']],
    ['actions.endTrials', ['actions_pkey by a condition']],
    ['actions.forfeitLeases', ['actions_pkey by a condition']],
    ['deliveries.beginTrials', ['deliveries_pkey by a condition']],
    ['deliveries.endTrials', ['deliveries_pkey by a condition']],
    ['deliveries.forfeitLeases', ['deliveries_pkey by a condition']],
    ['resend.requeue', ['deliveries_pkey by a condition']],
    ['resend.lockWait', ['deliveries_pkey by a condition', 'destinations_pkey by a condition']],
    ['resend.hurry', ['deliveries_pkey by a condition']],
    ['callOwners.lockFenced', ['actions_pkey by a condition']],
    ['deliveries.markSending', ['deliveries_pkey by a condition', 'deliveries_pkey by a condition']],
  ])('%s finds its rows by their keys', async (name, scans) => {
    expect(await scansOf(name)).toEqual(scans);
  });

  it.each([
    ['actions.claimDue', 'actions_unfinished'],
    ['actions.lockPastMargin', 'actions_unfinished'],
    ['actions.lockQuarantined', 'actions_unfinished'],
    ['actions.findStranded', 'actions_unfinished'],
    ['actions.findStranded', 'deliveries_owner'],
    ['actions.reclaimExpired', 'actions_unfinished'],
    ['deliveries.reclaimExpired', 'deliveries_open'],
    ['deliveries.claimDue', 'deliveries_open'],
    ['deliveries.expireWaiting', 'deliveries_expiring'],
    ['deliveryErasure.stop', 'deliveries_owner'],
    ['deliveryErasure.emptyBodies', 'deliveries_owner'],
    ['deliveryErasure.findIds', 'deliveries_owner'],
    ['deliveryErasure.emptyAttempts', 'delivery_attempts_pkey'],
    ['deliveryErasure.stripUrls', 'deliveries_owner'],
    ['deliveryRetention.findOwned', 'deliveries_owner'],
    ['deliveryRetention.emptyBodies', 'deliveries_owner'],
    ['deliveryRetention.emptyAttempts', 'delivery_attempts_pkey'],
    ['deliveryRetention.deleteOwned', 'deliveries_owner'],
    ['deliveryRetention.deleteOwned', 'delivery_attempts_pkey'],
    ['retention.findPayloads', 'action_payloads_pkey'],
    ['retention.findPayloads', 'actions_pkey'],
    ['retention.findRows', 'actions_pkey'],
    ['retention.deletePayloads', 'action_payloads_pkey'],
    ['retention.deletePayloads', 'action_tokens_pkey'],
    ['retention.deleteRows', 'actions_pkey'],
    ['retention.deleteRows', 'action_payloads_pkey'],
    ['retention.deleteRows', 'action_tokens_pkey'],
    ['retention.deleteRows', 'action_history_action'],
    ['retention.deleteRows', 'result_messages_action'],
    ['deliveryRetention.emptyEnded', 'deliveries_pkey'],
    ['deliveryRetention.emptyEnded', 'delivery_attempts_pkey'],
    ['deliveryRetention.deleteEnded', 'deliveries_pkey'],
    ['deliveryRetention.deleteEnded', 'delivery_attempts_pkey'],
    ['heldDeliveries.releaseReadable', 'deliveries_pkey'],
    ['admin.findDelivery', 'deliveries_pkey'],
    ['admin.findDelivery', 'actions_pkey'],
    ['failedDeliveries.countOthers', 'deliveries_pkey'],
    ['heldDeliveries.hurry', 'deliveries_open'],
    ['heldDeliveries.hurry', 'deliveries_pkey'],
    ['heldCredentials.findOrganisations', 'deliveries_open'],
    ['heldCredentials.findIds', 'deliveries_open'],
    ['adobeCredentials.countWaiting', 'deliveries_open'],
    ['admin.findRefusedCredentials', 'deliveries_open'],
    ['admin.findLastFailureOfDestination', 'deliveries_open'],
    ['admin.findLastFailureOfDestination', 'deliveries_of_registrations'],
    ['admin.findLastFailureOfDestination', 'delivery_attempts_pkey'],
    ['subjects.findCandidates', 'actions_pkey'],
    ['subjects.findCandidates', 'action_payloads_pkey'],
    ['subjects.findCandidates', 'result_messages_action'],
    ['subjects.findWindow', 'actions_pkey'],
    ['subjects.findActions', 'actions_pkey'],
    ['subjects.findActions', 'action_payloads_pkey'],
    ['subjects.findDeliveries', 'deliveries_owner'],
    ['subjects.findAttempts', 'delivery_attempts_pkey'],
    ['subjects.findResults', 'result_messages_action'],
    ['subjects.findTexts', 'action_payloads_pkey'],
    ['subjects.findSiblings', 'result_messages_action'],
    ['bridgedEvents.findLinked', 'company_events_action'],
    ['deliveryMoves.follow', 'deliveries_open'],
    ['deliveryMoves.follow', 'deliveries_pkey'],
    ['deliveryMoves.follow', 'delivery_attempts_pkey'],
    ['deliveryMoves.cancel', 'deliveries_open'],
    ['deliveryMoves.cancel', 'deliveries_pkey'],
    ['deliveryMoves.readdress', 'deliveries_pkey'],
    ['deliveryMoves.readdress', 'delivery_attempts_pkey'],
    ['deliveryMoves.findLeft', 'destinations_left'],
    ['deliveryMoves.findLeft', 'deliveries_open'],
  ])('%s walks %s, and reads nothing whole', async (name, index) => {
    const scans = await scansOf(name);
    expect(scans).toContain(`${index} by a condition`);
    expect(scans.filter((scan) => scan.endsWith('all of it'))).toEqual([]);
  });

  it('events without a link are found by the time of their transaction', async () => {
    const scans = await scansOf('bridgedEvents.findUnlinked');
    expect(scans).toEqual(
      expect.arrayContaining([
        'actions_pkey by a condition',
        'action_history_action by a condition',
        'company_events_unlinked by a condition',
        'deliveries_owner by a condition',
      ]),
    );
    // Whether there are any at all: one row is enough.
    expect(scans.filter((scan) => scan.endsWith('all of it'))).toEqual(['company_events_unlinked all of it']);
  });

  it('claims hop along no other index of waiting deliveries', async () => {
    expect((await scansOf('deliveries.claimDue')).filter((scan) => scan.startsWith('deliveries_expiring'))).toEqual([]);
  });
});

describe.each([
  ['was never analyzed', 0],
  ['held one version of five thousand rows', 5_000],
])('plans made while the table of look-ups %s', (_, rows) => {
  beforeAll(async () => {
    await pool.query('TRUNCATE lookup_versions CASCADE');
    if (rows === 0) return;
    await pool.query(
      `WITH v AS (INSERT INTO lookup_versions (table_name, actor) VALUES ('t', 'a') RETURNING id)
       INSERT INTO lookup_rows (version_id, key, line, cells) SELECT v.id, gen_random_uuid(), n, '[]' FROM v, generate_series(1, $1) n`,
      [rows],
    );
    await pool.query('ANALYZE lookup_rows');
  });

  it('take a page of a left version away without reading the rest of it', async () => {
    const conditions = (await planOf('lookupRows.deletePage')).flatMap((node) => node['Index Cond'] ?? []);
    expect(conditions).toHaveLength(2);
    for (const condition of conditions) expect(condition).toContain('key > $2');
    expect(conditions.some((condition) => condition.includes('key <= '))).toBe(true);
  });
});
