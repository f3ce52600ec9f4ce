import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import { type Answer, type RunningApp, startApp } from './support/app.js';
import { admin, TestCompany } from './support/company-world.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const CHANNELS = 'must be one of adobe, async-call, companies, eqp, marketo, notice';
const SERVICES = `must be one of ${readdirSync('services')
  .map((name) => basename(name, '.yaml'))
  .sort()
  .join(', ')}`;
const STATUSES = 'must be one of dead, expired, held, or a list of them';
const KINDS = 'must be one of company, eqp';
/** Left the configuration; its actions did not. */
const REMOVED = 'score-2024';

let database: TestDatabase;
let service: RunningApp;

beforeAll(async () => {
  database = await createTestDatabase();
  service = await startApp({ databaseUrl: database.url });
  await database.dataSource.query(
    `INSERT INTO actions (id, service, dialect, tenant, object_type, entity_id, state, received_at, deadline_at, finished_at)
     VALUES ($1, $2, 'adobe', 'ORG@AdobeOrg', 'lead', '1', 'completed', now(), now() + interval '1 hour', now())`,
    [uuidv7(), REMOVED],
  );
});
afterAll(async () => {
  await service.close();
  await database.drop();
});

function problemsOf(answer: Answer): string[] {
  const errors = answer.body['errors'] as { field: string; message: string }[];
  return errors.map(({ field, message }) => `${field} ${message}`);
}

describe.each([true, false])('POST /admin/deliveries/recover with dryRun %s', (dryRun) => {
  const recover = (filter: object): Promise<Answer> =>
    admin(service, 'POST', '/admin/deliveries/recover', { ...filter, dryRun });

  it.each<[object, string[]]>([
    [{ channel: 'compnies' }, [`channel ${CHANNELS}; did you mean companies?`]],
    [{ channel: 'Adobe' }, [`channel ${CHANNELS}; did you mean adobe?`]],
    [{ channel: 'adobe,eqp' }, [`channel ${CHANNELS}`]],
    [{ channel: 'constructor' }, [`channel ${CHANNELS}`]],
    [{ channel: ['adobe'] }, ['channel must be one value, not a list']],
    [{ service: 'contact-qualty' }, [`service ${SERVICES}; did you mean contact-quality?`]],
    [{ channel: 'x', service: 'nope' }, [`channel ${CHANNELS}`, `service ${SERVICES}`]],
    [{ status: 'ded' }, [`status ${STATUSES}; did you mean dead?`]],
    [{ status: ['dead', 'delivered'] }, [`status ${STATUSES}`]],
    [{ status: 'dead,held' }, [`status ${STATUSES}`]],
    [{ status: [] }, ['status must name one of dead, expired, held']],
    [{ status: [['dead']] }, [`status ${STATUSES}`]],
    [{ status: 'x'.repeat(100_000) }, [`status ${STATUSES}`]],
  ])('refuses %j with the list', async (filter, problems) => {
    const answer = await recover(filter);
    expect([answer.status, answer.body['code']]).toEqual([422, 'VALIDATION_ERROR']);
    expect(problemsOf(answer)).toEqual(problems);
  });

  it('takes every channel, service and status there is, and a service that is gone but has actions', async () => {
    const filters = [
      ...['adobe', 'async-call', 'companies', 'eqp', 'marketo'].map((channel) => ({ channel })),
      ...['contact-quality', REMOVED].map((name) => ({ service: name })),
      { status: 'dead' },
      { status: ['dead', 'dead', 'expired'] },
    ];
    for (const filter of filters) {
      // A job of the same filter may still run: that it was understood is the question here.
      const answer = await recover({ ...filter, since: '2020-01-01', until: '2020-01-02' });
      expect([answer.status, answer.body['matched']], JSON.stringify(filter)).toEqual([dryRun ? 200 : 202, 0]);
    }
  });
});

describe('query strings', () => {
  it.each([
    ['/admin/actions?state=undeliverabel', 'state must be one of received, enriching, calling_back, undeliverable'],
    ['/admin/actions?state=undeliverabel', 'did you mean undeliverable?'],
    ['/admin/actions?state=expired&state=completed', 'state must be one value, not a list: one of received'],
    ['/admin/actions?state=expired,completed', 'state must be one of received'],
    ['/admin/actions?service=nope', `service ${SERVICES}`],
    ['/admin/actions?service=acount-profile', 'did you mean account-profile?'],
    ['/admin/actions?service=a&service=b', 'service must be one value, not a list'],
    ['/admin/recoveries?state=runing', 'state must be one of running, paused, done, cancelled; did you mean running?'],
    ['/admin/recoveries?state=done&state=running', 'state must be one value, not a list: one of running'],
    ['/admin/registrations?kind=companies', `kind ${KINDS}; did you mean company?`],
    ['/admin/registrations?state=on', 'state must be one of active, future, ended, paused, disabled'],
    [`/admin/registrations/${randomUUID()}/deliveries?status=ded`, 'did you mean dead?'],
    ['/admin/eqp/users?state=disabeld', 'state must be one of active, disabled; did you mean disabled?'],
  ])('%s is refused: %s', async (path, sentence) => {
    const answer = await admin(service, 'GET', path);
    expect([answer.status, answer.body['code']]).toEqual([400, 'INVALID_REQUEST']);
    expect(problemsOf(answer).join('; ')).toContain(sentence);
  });

  it('a service that left the configuration is listed as long as it has actions', async () => {
    const answer = await admin(service, 'GET', `/admin/actions?service=${REMOVED}`);
    expect([answer.status, (answer.body['items'] as unknown[]).length]).toEqual([200, 1]);
    const none = await admin(service, 'GET', `/admin/actions?service=${REMOVED}&state=expired`);
    expect([none.status, none.body['items']]).toEqual([200, []]);
  });

  it('a service that is configured and has no actions yet is an empty list', async () => {
    const answer = await admin(service, 'GET', '/admin/actions?service=buying-group');
    expect([answer.status, answer.body['items']]).toEqual([200, []]);
  });
});

describe('POST /admin/registrations/<id>/recover', () => {
  it('refuses a status that cannot be sent again with the list', async () => {
    const company = await TestCompany.create(service, `co-${randomUUID().slice(0, 8)}`);
    await company.register({ event_type: 'person_added', destination: { url: 'http://127.0.0.1:9/hook' } });
    const list = await admin(service, 'GET', `/admin/registrations?owner=${company.id}`);
    const [view] = list.body['items'] as { id: string }[];
    for (const [status, problem] of [
      ['delivered', `status ${STATUSES}`],
      [['hold'], `status ${STATUSES}; did you mean held?`],
      [[], 'status must name one of dead, expired, held'],
    ]) {
      const answer = await admin(service, 'POST', `/admin/registrations/${view?.id ?? ''}/recover`, { status });
      expect([answer.status, ...problemsOf(answer)]).toEqual([422, problem]);
    }
  });
});
