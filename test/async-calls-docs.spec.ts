import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningApp, startApp, TEST_ADMIN_KEY } from './support/app.js';
import { until } from './support/company-world.js';
import { MarkdownPage } from './support/markdown.js';
import { Receiver } from './support/receiver.js';
import { textIn, textsOf } from './support/soap-client.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const run = promisify(execFile);
const page = new MarkdownPage(join(import.meta.dirname, '../docs/async-calls.md'));

let database: TestDatabase;
let service: RunningApp;
let receiver: Receiver;
const environment: Record<string, string> = {};

beforeAll(async () => {
  database = await createTestDatabase();
  service = await startApp({ databaseUrl: database.url });
  receiver = await Receiver.start();
  environment['ADMIN'] = `Authorization: Bearer ${TEST_ADMIN_KEY}`;
  environment['BASE'] = service.url;
  const client = JSON.parse(await shell(page.sample('client'))) as Record<string, string>;
  environment['CLIENT_ID'] = client['client_id'] ?? '';
  environment['CLIENT_SECRET'] = client['client_secret'] ?? '';
  const token = JSON.parse(await shell(page.sample('token'))) as Record<string, string>;
  environment['TOKEN'] = token['access_token'] ?? '';
});
afterAll(async () => {
  await service.close();
  await receiver.stop();
  await database.drop();
});

/** What somebody sees who pastes the sample into a shell. */
async function shell(sample: string): Promise<string> {
  const { stdout } = await run('bash', ['-euc', sample], { env: { ...process.env, ...environment } });
  return stdout;
}

/** Sends a sample's call to a path of its own. @returns the answer, and the forms that arrive. */
async function callBack(name: string, path: string): Promise<{ answer: string; form: URLSearchParams }> {
  environment['RECEIVER'] = `${receiver.url}${path}`;
  const answer = await shell(`${page.sample('functions')}\n${page.sample(name)}`);
  expect(textIn(answer, 'StatusMessage')).toBe('Queued');
  await until(() => receiver.of(path).length > 0);
  return { answer, form: new URLSearchParams(receiver.of(path)[0]?.body) };
}

describe('the samples of docs/async-calls.md', () => {
  it('OnError calls back for what fails, and ResultItem tells which object it was', async () => {
    const { answer, form } = await callBack('on-error', '/on-error');
    expect(textsOf(answer, 'OrdinalID')).toEqual(['0', '1']);
    expect(form.get('OverallStatusCode')).toBe('Has Errors');
    environment['REQUEST_ID'] = textIn(answer, 'RequestID');
    const items = await shell(page.sample('result-item'));
    expect(items).toMatch(
      /<Results xsi:type="ResultItem"><StatusCode>OK<\/StatusCode><StatusMessage>OK<\/StatusMessage><OrdinalID>0<\/OrdinalID><\/Results>/,
    );
    expect(items).toMatch(
      /<Results xsi:type="ResultItem"><StatusCode>Error<\/StatusCode><StatusMessage>[^<]+<\/StatusMessage><OrdinalID>1<\/OrdinalID><\/Results>/,
    );
    expect(textIn(items, 'OverallStatus')).toBe('OK');
  });

  it.each([
    [
      'RequestID',
      (form: URLSearchParams, answer: string) => expect(form.get('RequestID')).toBe(textIn(answer, 'RequestID')),
    ],
    ['ConversationID', (form: URLSearchParams) => expect(form.get('ConversationID')).toBe('conversation-1')],
    ['OverallStatusCode', (form: URLSearchParams) => expect(form.get('OverallStatusCode')).toBe('Has Errors')],
    ['StatusCode', (form: URLSearchParams) => expect(form.get('StatusCode')).toBe('OK')],
    ['StatusMessage', (form: URLSearchParams) => expect(form.get('StatusMessage')).toContain('email')],
    ['ErrorCode', (form: URLSearchParams) => expect(form.get('ErrorCode')).toBe('204')],
    ['RequestType', (form: URLSearchParams) => expect(form.get('RequestType')).toBe('Asynchronous')],
    ['ResultType', (form: URLSearchParams) => expect(form.get('ResultType')).toBe('Asynchronous')],
    [
      'ResultDetailXML',
      (form: URLSearchParams) => {
        const detail = form.get('ResultDetailXML') ?? '';
        expect(detail).toMatch(
          /^<CreateResponse xmlns="[^"]+" xmlns:xsi="[^"]+"><Results><StatusCode>OK<\/StatusCode>/,
        );
        expect(detail).toContain(
          '<Object xsi:type="Subscriber"><EmailAddress>ada@example.com</EmailAddress><Attributes>',
        );
      },
    ],
    ['SequenceCode', (form: URLSearchParams) => expect(form.get('SequenceCode')).toBe('1')],
    ['CorrelationID', (form: URLSearchParams) => expect(form.get('CorrelationID')).toBe('import-7')],
  ] as const)('the field %s arrives as the page says', async (field, check) => {
    const { answer, form } = await callBack(`field-${field}`, `/${field}`);
    check(form, answer);
    if (form.get('OverallStatusCode') === 'OK')
      expect([form.has('StatusMessage'), form.has('ErrorCode')]).toEqual([false, false]);
  });
});
