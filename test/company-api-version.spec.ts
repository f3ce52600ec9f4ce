import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningApp, startApp } from './support/app.js';
import { admin, type Received, Receiver, TestCompany, until } from './support/company-world.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

let database: TestDatabase;
let service: RunningApp;
let receiver: Receiver;

beforeAll(async () => {
  database = await createTestDatabase();
  receiver = await Receiver.start();
  service = await startApp({ databaseUrl: database.url, env: { REGISTRATION_RETRY_SCHEDULE: '0s,100ms,100ms' } });
});
afterAll(async () => {
  await service.close();
  await receiver.stop();
  await database.drop();
});

const version = (text: string): Record<string, string> => ({ 'X-API-Version': text });
const person = (mdn: string): object => ({ person: { person_id: 'P1', mobile_phone: { mdn } } });

/** A company with one registration for people, made with these headers. */
async function registered(
  headers: Record<string, string>,
): Promise<{ company: TestCompany; id: string; path: string }> {
  const company = await TestCompany.create(service, `co-${randomUUID().slice(0, 8)}`);
  const path = `/hook/${randomUUID()}`;
  const terms = { event_type: 'person_updated', destination: { url: receiver.url(path) } };
  const created = await company.register(terms, headers);
  expect(created.status, JSON.stringify(created.body)).toBe(201);
  return { company, id: created.body['callback_id'] as string, path };
}

function mdnOf({ body }: Received): unknown {
  return (body['person'] as { mobile_phone: { mdn: unknown } }).mobile_phone.mdn;
}

/** The phone number of the newest of `count` callbacks. */
async function numberAt(path: string, count: number): Promise<unknown> {
  await until(() => receiver.of(path).length >= count);
  return receiver
    .of(path)
    .map(mdnOf)
    .at(count - 1);
}

describe('X-API-Version at registration', () => {
  it.each([
    [{}, '13125550100', '+13125550111'],
    [version('1'), '3125550100', '3125550111'],
    [version('2'), '+13125550100', '+13125550111'],
  ])('%j decides the numbers of test events and of published ones', async (headers, sample, published) => {
    const { company, path } = await registered(headers);
    expect((await company.test({ event_type: 'person_updated' })).status).toBe(201);
    expect(await numberAt(path, 1)).toBe(sample);
    expect((await company.publish('person_updated', person('+13125550111'))).status).toBe(202);
    expect(await numberAt(path, 2)).toBe(published);
  });

  it('decides a test event with a number of its own, and the test call’s own header decides nothing', async () => {
    const { company, path } = await registered(version('2'));
    const body = { event_type: 'person_updated', ...person('3125550122') };
    await company.call('POST', '/callback_events/test', body, version('1'));
    expect(await numberAt(path, 1)).toBe('+13125550122');
  });

  it('is shown to administrators, whose test event and changes keep to it', async () => {
    const { company, path } = await registered(version('1'));
    const list = await admin(service, 'GET', `/admin/registrations?owner=${company.id}`);
    const [view] = list.body['items'] as { id: string; apiVersion: number | null }[];
    expect(view?.apiVersion).toBe(1);
    const changed = await admin(service, 'PATCH', `/admin/registrations/${view?.id ?? ''}`, { method: 'PUT' });
    expect([changed.status, changed.body['apiVersion']]).toEqual([200, 1]);
    await admin(service, 'POST', `/admin/registrations/${view?.id ?? ''}/test`);
    expect(await numberAt(path, 1)).toBe('3125550100');
  });

  it('serves each registration of a company in its own form, custom fields untouched', async () => {
    const { company, path } = await registered(version('2'));
    const others = { event_type: 'person_added', destination: { url: receiver.url(`${path}/list`) } };
    expect((await company.register(others, version('1'))).status).toBe(201);
    const entity = { person: { mobile_phone: { mdn: '3125550133' }, custom_fields: { mdn: '3125550133' } } };
    await company.publish('person_updated', entity);
    await company.publish('person_added', entity);
    expect(await numberAt(path, 1)).toBe('+13125550133');
    expect(await numberAt(`${path}/list`, 1)).toBe('3125550133');
    expect(receiver.of(path)[0]?.body['person']).toMatchObject({ custom_fields: { mdn: '3125550133' } });
  });

  it('keeps the bytes on every attempt, also when the version changes meanwhile', async () => {
    const { company, id, path } = await registered(version('2'));
    receiver.answer = ({ path: called }, count) => ({ status: called === path && count === 1 ? 503 : 200 });
    await company.publish('person_updated', person('3125550144'));
    await until(() => receiver.of(path).length >= 1);
    expect((await company.call('PUT', `/callbacks/${id}`, {}, version('1'))).status).toBe(200);
    expect(await numberAt(path, 2)).toBe('+13125550144');
    await company.publish('person_updated', person('3125550144'));
    expect(await numberAt(path, 3)).toBe('3125550144');
  });
});

describe('X-API-Version at PUT', () => {
  it.each([
    [{}, '+13125550100'],
    [version('1'), '3125550100'],
  ])('%j: a version that is sent replaces the one before, else that one stays', async (headers, sample) => {
    const { company, id, path } = await registered(version('2'));
    const destination = { url: receiver.url(path) };
    expect((await company.call('PUT', `/callbacks/${id}`, { destination }, headers)).status).toBe(200);
    await company.test({ event_type: 'person_updated' });
    expect(await numberAt(path, 1)).toBe(sample);
  });

  it('gives a registration without one a version', async () => {
    const { company, id, path } = await registered({});
    await company.call('PUT', `/callbacks/${id}`, {}, version('2'));
    await company.test({ event_type: 'person_updated' });
    expect(await numberAt(path, 1)).toBe('+13125550100');
  });
});

describe('an X-API-Version that does not exist', () => {
  it.each(['3', '0', 'v2', '2.0', '1, 2', ''])('%j is refused, beside everything else that is wrong', async (text) => {
    const { company, id } = await registered(version('2'));
    const message = 'X-API-Version must be 1 or 2';
    const created = await company.register({ event_type: 'person_added' }, version(text));
    expect(created.status).toBe(422);
    expect((created.body['errors'] as { message: string }[]).map((error) => error.message)).toEqual([
      message,
      expect.stringContaining('destination.url'),
    ]);
    const changed = await company.call('PUT', `/callbacks/${id}`, {}, version(text));
    expect([changed.status, changed.body]).toEqual([422, { errors: [{ message, code: 'VALIDATION_ERROR' }] }]);
  });

  it('does not matter where none is kept', async () => {
    const { company, id } = await registered(version('2'));
    for (const path of ['/callbacks', `/callbacks/${id}`]) {
      expect((await company.call('GET', path, undefined, version('3'))).status).toBe(200);
    }
  });
});
