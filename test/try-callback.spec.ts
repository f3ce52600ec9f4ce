import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runHere } from '../src/authoring/authoring.fixtures.js';
import { TRY } from '../src/authoring/trial/try-command.js';
import { FakeApi, json } from '../src/enrichment/providers/http/http.fixtures.js';
import { type RunningApp, startApp } from './support/app.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { httpService } from './support/http-services.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const api = new FakeApi();
const folder = mkdtempSync(join(tmpdir(), 'try-callback-'));
let adobe: FakeAdobe;
let database: TestDatabase;
let app: RunningApp;
let own: RunningApp;
let other: TestDatabase;

beforeAll(async () => {
  await api.start();
  api.reset((request, response) =>
    request.url.includes('none') ? json(response, {}, 404) : json(response, { name: 'Ada', size: 7 }),
  );
  adobe = await FakeAdobe.start();
  [database, other] = [await createTestDatabase(), await createTestDatabase()];
  app = await startApp({ databaseUrl: database.url, adobe });
  const settings = {
    url: `${api.url}/people`,
    query: { email: '{{email}}' },
    map: { fields: { name: 'answer.name', known: 'found' } },
  };
  const more = [
    { provider: 'expression', name: 'late', when: 'fields.name = "Ada"', settings: { accessors: { known: 'true' } } },
  ];
  writeFileSync(join(folder, 'ask.yaml'), httpService({ settings, more }));
  own = await startApp({ databaseUrl: other.url, adobe, env: { SERVICES_DIR: folder } });
});
afterAll(async () => {
  await Promise.all([app.close(), own.close()]);
  await Promise.all([adobe.stop(), api.stop()]);
  await Promise.all([database.drop(), other.drop()]);
  rmSync(folder, { recursive: true, force: true });
});

/** The body that a running service sends for a request. */
async function sentBy(service: RunningApp, apiName: string, text: string): Promise<string> {
  const path = `/callback/${apiName}-${Math.random().toString(36).slice(2)}`;
  // In the text: ids beyond 2^53 would not survive otherwise.
  const sent = text
    .replace(/"callbackUrl": ?"[^"]*"/, `"callbackUrl":"${adobe.url}${path}"`)
    .replace(/"token": ?"[^"]*"/, `"token":"${path}"`);
  expect(await service.submit(sent, `/services/${apiName}/submitAsyncAction`)).toMatchObject({ status: 200 });
  await adobe.until(() => adobe.of(path).length > 0);
  return adobe.of(path)[0]?.text ?? '';
}

async function tried(file: string, option: string, text: string): Promise<string> {
  const { out, err } = await runHere(TRY, [file, option, text, '--json']);
  expect(err).toBe('');
  // The report holds the callback last, as it is written.
  return /"callback":(.*)\}\n$/s.exec(out)?.[1] ?? '';
}

describe('the callback of npm run try', () => {
  it.each([
    ['contact-quality', '--lead', 'simulator/samples/lead.json'],
    ['contact-quality', '--lead', 'simulator/samples/documented/lead.json'],
    ['account-profile', '--account', 'simulator/samples/account.json'],
    ['account-profile', '--account', 'simulator/samples/documented/account.json'],
    ['buying-group', '--group', 'simulator/samples/account-person.json'],
    ['buying-group', '--group', 'simulator/samples/documented/account-person.json'],
  ])('is the one that %s sends for %s %s', async (apiName, option, sample) => {
    const text = readFileSync(sample, 'utf8');
    const sent = await sentBy(app, apiName, text);
    expect(sent).toContain('"success":true');
    expect(await tried(`services/${apiName}.yaml`, option, text)).toBe(sent);
  });

  it.each([
    ['a person that the API knows', 'ada@example.com', '"name":"Ada"'],
    ['a person that it does not know', 'none@example.com', '"known"'],
  ])('is the one that a service with an http step sends for %s', async (_name, email, words) => {
    const objectData = { objectType: 'lead', objectContext: { leadId: 7, leadData: { email } } };
    const text = JSON.stringify({ token: 'x', callbackUrl: 'x', objectData, enableSplitPaths: true });
    const sent = await sentBy(own, 'ask', text);
    expect(sent).toContain(words);
    expect(await tried(join(folder, 'ask.yaml'), '--lead', text)).toBe(sent);
  });

  it('is the one of a failure, too', async () => {
    api.reset((_, response) => json(response, {}, 400));
    const objectData = { objectType: 'lead', objectContext: { leadId: 7, leadData: { email: 'a@b.example' } } };
    const text = JSON.stringify({ token: 'x', callbackUrl: 'x', objectData });
    const sent = await sentBy(own, 'ask', text);
    expect(sent).toContain('"errorCode":"EXTERNAL_API_ERROR"');
    expect(await tried(join(folder, 'ask.yaml'), '--lead', text)).toBe(sent);
  });
});
