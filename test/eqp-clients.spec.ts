import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, type RunningApp, startApp, TEST_ADMIN_KEY, TEST_KEY } from './support/app.js';
import { EqpClient } from './support/eqp-client.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

let database: TestDatabase;
let service: RunningApp;
let client: EqpClient;

beforeAll(async () => {
  database = await createTestDatabase();
  service = await startApp({ databaseUrl: database.url });
  client = await EqpClient.create(service.url);
});
afterAll(async () => {
  await service.close();
  await database.drop();
});

const PERSON = {
  bio: 'Writes made-up extensions.',
  website_url: 'https://www.example.com/',
  last_logged_in: '2026-07-21 8:09:10',
  created_at: '2025-10-01 14:04:59',
  modified_at: '2026-03-14 01:23:45',
  social_media_info: { twitter: '@example', stackexchange_url: '', github_username: '' },
  addresses: [
    { address_key: 1, address_line_1: '1 Example Way', country: 'USA', country_code: '+1', is_primary: true },
  ],
};

/** Every member that the published pages and the public client's types know. */
const PROFILE = {
  adobe_user_id: 'ABC1234@AdobeID',
  first_name: 'Ada',
  last_name: 'Example',
  email: 'ada@example.com',
  screen_name: 'Agent Example',
  has_completed_profile: true,
  has_accepted_tos: true,
  profile_image_artifact: {
    file_upload_id: '5c119a03b4ddf6.75124444.0',
    filename: 'portrait.png',
    content_type: 'image/png',
    url: 'https://static.example.com/portrait.png',
    size: 1234,
    file_hash: 'd5db29cd03a2ed055086cef9c31c252b4587ffff',
    malware_status: 'pass',
  },
  send_newsletter: false,
  tos_accepted_version: '1.0',
  tos_accepted_date: '2025-11-16 01:23:45',
  is_company: false,
  vendor_name: 'adaexample',
  partner_level: 4,
  locale: 'en-US',
  timezone: 'UTC',
  payment_type: 1,
  payment_info: '{"paypal_email" : "ada@example.com"}',
  taxpayer_type: 2,
  tax_review_status: 3,
  tax_withhold_percent: 25,
  extension_share_percent: 70,
  theme_share_percent: 70,
  install_share_percent: 100,
  support_share_percent: 100,
  show_extension_workflow: true,
  show_theme_workflow: false,
  privacy_policy_url: 'https://www.example.com/privacy',
  eqp_api: { is_eligible: true, has_credentials: true },
  organizations: [{ id: 7, name: 'Example Inc.', roles: ['owner'] }],
  personal_profile: PERSON,
  company_profile: { ...PERSON, name: 'Example Inc.', primary_email: 'a@example.com', support_email: 'b@example.com' },
};

describe('the documented profile', () => {
  it('is accepted with all its members, kept, and may be sent back as it was read', async () => {
    const first = await client.put({ ...PROFILE, action: 'submit', mage_id: client.account.mage_id });
    expect(first.status).toBe(200);
    const read = await client.get();
    expect(read.body).toEqual({ ...PROFILE, mage_id: client.account.mage_id, api_callbacks: [] });
    expect((await client.put(read.body)).status).toBe(200);
    expect((await client.get()).body).toEqual(read.body);
  });

  it.each([
    ['a text', 'Example Inc.'],
    ['a number', 5],
    ['text that cannot be stored', [{ name: '\u0000' }]],
  ])('refuses organizations that are %s', async (_what, organizations) => {
    const refused = await client.put({ organizations });
    expect([refused.status, JSON.stringify(refused.body)]).toEqual([400, expect.stringContaining('organizations')]);
  });

  it('keeps a member of any name in its sections', async () => {
    const personal_profile = {
      constructor: { prototypes: [1] },
      hasOwnProperty: 'x',
      toString: 'y',
      valueOf: 5,
      nested: { constructor: 'deep', toString: { toString: null } },
    };
    const fresh = await EqpClient.create(service.url);
    expect((await fresh.put({ personal_profile })).status).toBe(200);
    const text = JSON.stringify((await fresh.get()).body['personal_profile']);
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(personal_profile)));
  });
});

describe('a submission that a file names', () => {
  const upload = { file_upload_id: 'file.1', tool_result: 'passed', submission_ids: ['named-1', 'named-2'] };

  it('is answered as a draft until something is published about it', async () => {
    expect((await client.publish('malware_scan_complete', upload)).status).toBe(202);
    const file = await client.get('/rest/v1/files/uploads/file.1');
    for (const id of file.body['submission_ids'] as string[]) {
      const found = await client.get(`/rest/v1/products/packages/${id}`);
      expect([found.status, found.body]).toEqual([
        200,
        {
          submission_id: id,
          eqp_status: { overall: 'draft', technical: 'draft', marketing: 'draft' },
          modified_at: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
        },
      ]);
    }
    const status = { overall: 'in_progress', technical: 'in_automation', marketing: 'draft' };
    const moved = {
      submission_id: 'named-1',
      eqp_flow: 'technical',
      current_status: 'in_automation',
      eqp_status: status,
    };
    expect((await client.publish('eqp_status_update', moved)).status).toBe(202);
    expect((await client.get('/rest/v1/products/packages/named-1')).body).toMatchObject({ eqp_status: status });
  });

  it('is nobody else’s, and one that no file names is still 404', async () => {
    const other = await EqpClient.create(service.url);
    expect((await other.get('/rest/v1/products/packages/named-2')).status).toBe(404);
    expect((await client.get('/rest/v1/products/packages/named-3')).status).toBe(404);
  });
});

describe('an id', () => {
  it.each([
    ['255 letters', 'x'.repeat(255)],
    ['127 characters beyond the basic plane', '\u{1F600}'.repeat(127)],
    ['a slash, a space and a percent sign', 'a/b c%d'],
    ['Chinese', '文'.repeat(255)],
  ])('of %s is accepted and can be read back', async (_what, id) => {
    const accepted = await client.publish('malware_scan_complete', { file_upload_id: id, tool_result: 'passed' });
    expect(accepted.status).toBe(202);
    const read = await client.get(`/rest/v1/files/uploads/${encodeURIComponent(id)}`);
    expect([read.status, read.body['file_upload_id']]).toEqual([200, id]);
  });

  it.each([
    ['256 letters', 'x'.repeat(256)],
    ['130 characters beyond the basic plane', '\u{1F600}'.repeat(130)],
    ['letters with variation selectors', 'x\uFE0F'.repeat(130)],
  ])('of %s is refused', async (_what, id) => {
    const refused = await client.publish('malware_scan_complete', { file_upload_id: id, tool_result: 'passed' });
    expect([refused.status, JSON.stringify(refused.body)]).toEqual([422, expect.stringContaining('255 characters')]);
  });
});

/** A request whose target names the origin too, as proxies send it. */
function absolute(path: string, headers: Record<string, string>): Promise<{ status: number; body: string }> {
  const { port } = new URL(service.url);
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ port, path: `http://proxy.example${path}`, headers }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
    });
    sent.on('error', reject).end();
  });
}

describe('a request target in absolute form', () => {
  it.each([
    ['/admin/actions/none', '"type":'],
    ['/companies/none/config/callbacks', '"errors":'],
    ['/rest/v1/users/none', '"code":'],
    ['/Service.asmx', 'Fault'],
    ['/nothing?x=/admin', '"status":"error"'],
  ])('gets the errors of its path: %s', async (path, sign) => {
    const { status, body } = await absolute(path, {});
    expect(status).toBeGreaterThanOrEqual(400);
    expect(body).toContain(sign);
    expect(body).toBe((await rewrite(path, body)).body);
  });

  /** The same path without an origin, its changing parts taken from the other answer. */
  async function rewrite(path: string, like: string): Promise<{ body: string }> {
    const { port } = new URL(service.url);
    const answer = await new Promise<string>((resolve, reject) => {
      httpRequest({ port, path }, (incoming) => {
        let body = '';
        incoming.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        incoming.on('end', () => resolve(body));
      })
        .on('error', reject)
        .end();
    });
    const changing = /[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\dT[\d:.]+Z/g;
    const values = like.match(changing) ?? [];
    let index = 0;
    return { body: answer.replace(changing, () => values[index++] ?? '') };
  }

  it.each(['/service.asmx', '/SERVICE.ASMX/?x=1', '/v2/TOKEN'])('finds a path of any case: %s', async (path) => {
    expect((await absolute(path, {})).status).not.toBe(404);
  });

  it('is routed and served', async () => {
    const { status } = await absolute('/services/contact-quality/getServiceDefinition', { 'x-api-key': TEST_KEY });
    expect(status).toBe(200);
  });
});

describe('a member called like something every object has', () => {
  const hostile = { constructor: { a: 1 }, toString: [], x: { constructor: 'deep', valueOf: { hasOwnProperty: 1 } } };

  it('is no 500 at any door', async () => {
    const document = (await call('GET', `${service.url}/docs-json`, {})).body as {
      paths: Record<string, Record<string, { requestBody?: { content: Record<string, { schema?: object }> } }>>;
    };
    const doors = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, operation]) => operation.requestBody?.content['application/json'] !== undefined)
        .map(([method]) => [method.toUpperCase() as 'POST' | 'PUT', path] as const),
    );
    expect(doors.length).toBeGreaterThan(12);
    for (const [method, path] of doors) {
      const url =
        service.url + path.replace(/\{mage_id\}|:mage_id/, client.account.mage_id).replace(/\{[^}]+\}/g, 'none');
      const authorization = path.startsWith('/rest/v1/users') ? `Bearer ${client.ust}` : `Bearer ${TEST_ADMIN_KEY}`;
      for (const body of [hostile, { name: hostile, update_info: hostile, qualifier: hostile, destination: hostile }]) {
        const answer = await call(method, url, { authorization, 'x-api-key': TEST_KEY }, body);
        expect(answer.status, `${method} ${path}`).toBeLessThan(500);
      }
    }
  });
});
