// `node scripts/make-schema-fixture.mjs <dist> <file.sql>`: a filled database of a build as SQL, for tests of later
// migrations. Made from a released tag, once: build the tag in a checkout of its own and name its dist folder. All in it is
// made up. Secrets are sealed with the key of FIXTURE_KEY, see test/support/app.ts.
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { DataSource } from 'typeorm';

const FIXTURE_KEY = `k1:${Buffer.alloc(32, 7).toString('base64')}`;
const [CALLER_KEY, ADMIN_KEY] = ['test-key-of-a-caller-0001', 'test-key-of-an-admin-0001'];
const PATIENCE_MS = 30_000;

const [dist, file] = process.argv.slice(2).map((path) => resolve(path));
if (file === undefined) {
  console.error('node scripts/make-schema-fixture.mjs <dist folder of the tag> <file.sql>');
  process.exit(2);
}
const load = (path) => import(join(dist, 'src', path));
const folder = await mkdtemp(join(tmpdir(), 'ricochet-fixture-'));
await chmod(folder, 0o711);
const { startEmbeddedPostgres } = await load('database/embedded-postgres.js');
const server = await startEmbeddedPostgres({ dataDir: folder, log: () => undefined });
// Each loaded text is one line of the file: types are the server's own texts.
const asText = { getTypeParser: () => (text) => text };
const client = new pg.Client({ connectionString: server.url, types: asText });
await client.connect();
const sql = async (text, values = []) => (await client.query(text, values)).rows;

/** Answers as the last part of the path says. */
const receiver = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    const status = Number(/(\d{3})$/.exec(request.url)?.[1] ?? 200);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(
      request.url === '/ims/token/v3'
        ? '{"access_token":"t","token_type":"bearer","expires_in":86399}'
        : '{"seen":true}',
    );
  });
});
// Fixed: ids of destinations are made of it. Where the fixture is loaded, nobody listens there.
const there = 'http://127.0.0.1:3998';
await new Promise((done) => receiver.listen(3998, '127.0.0.1', done));
const base = 'http://127.0.0.1:3999';

try {
  const statements = await migrate();
  const service = startService();
  try {
    await until(async () => (await fetch(`${base}/health/ready`)).ok);
    await fillThroughTheService();
  } finally {
    service.kill('SIGTERM');
    await new Promise((done) => service.once('close', done));
  }
  await fillTheRest();
  await writeFile(file, await dump(statements));
} finally {
  receiver.close();
  await client.end();
  await server.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

/** Runs the migrations of the build. @returns their statements, as PostgreSQL got them */
async function migrate() {
  const statements = [];
  const { buildDataSourceOptions } = await load('database/data-source.js');
  const keep = (text) => /^\s*(CREATE|ALTER|DROP|UPDATE)/i.test(text) && statements.push(text.trim());
  const silent = () => undefined;
  const logger = {
    logQuery: keep,
    logQueryError: silent,
    logQuerySlow: silent,
    logSchemaBuild: silent,
    logMigration: silent,
    log: silent,
  };
  const options = buildDataSourceOptions(server.url, { role: 'all', database: { embedded: false, poolSize: 2 } });
  const dataSource = await new DataSource({ ...options, logging: true, logger }).initialize();
  await dataSource.runMigrations({ transaction: 'each' });
  await dataSource.destroy();
  return statements;
}

function startService() {
  const env = {
    PATH: process.env.PATH,
    NODE_ENV: 'development',
    DATABASE_URL: server.url,
    DATA_DIR: folder,
    PORT: '3999',
    SERVICES_DIR: join(dist, '..', 'services'),
    ENCRYPTION_KEYS: FIXTURE_KEY,
    INBOUND_API_KEYS: CALLER_KEY,
    ADMIN_API_KEYS: ADMIN_KEY,
    IMS_BASE_URL: there,
    ADOBE_CLIENT_ID: 'client',
    ADOBE_CLIENT_SECRETS: 'secret',
    ADOBE_RETRY_SCHEDULE: '0s,100ms,1h',
    REGISTRATION_RETRY_SCHEDULE: '0s,100ms,1h',
    OUTBOUND_ALLOW_CIDRS: '127.0.0.0/8',
    OUTBOUND_ALLOW_HTTP: 'true',
    LOG_LEVEL: 'warn',
  };
  return spawn(process.execPath, [join(dist, 'src', 'main.js')], { cwd: folder, env, stdio: ['ignore', 2, 2] });
}

async function until(condition) {
  for (const giveUpAt = performance.now() + PATIENCE_MS; ; await sleep(100)) {
    if (
      await Promise.resolve()
        .then(condition)
        .catch(() => false)
    )
      return;
    if (performance.now() > giveUpAt) throw new Error(`not within ${PATIENCE_MS} ms: ${condition}`);
  }
}

async function call(method, path, headers, body) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await fetch(base + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: text }),
  });
  const answered = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${answered}`);
  return answered.startsWith('{') || answered.startsWith('[') ? JSON.parse(answered) : answered;
}

async function fillThroughTheService() {
  const admin = (method, path, body) => call(method, path, { authorization: `Bearer ${ADMIN_KEY}` }, body);
  // Delivered, dead, waiting for its second attempt, delivered late; of two organisations.
  for (const [index, status] of [200, 200, 404, 503, 202].entries()) {
    await call(
      'POST',
      '/services/contact-quality/submitAsyncAction',
      { 'x-api-key': CALLER_KEY },
      leadRequest(index, status),
    );
  }
  await call('POST', '/services/account-profile/submitAsyncAction', { 'x-api-key': CALLER_KEY }, accountRequest());

  const user = await admin('POST', '/admin/eqp/users', {});
  const basic = `Basic ${btoa(`${user.app_id}:${user.app_secret}`)}`;
  const { ust } = await call('POST', '/rest/v1/app/session/token', { authorization: basic }, { grant_type: 'session' });
  const callbacks = [1, 2].map((n) => ({
    name: `callback ${n}`,
    url: `https://127.0.0.1:9/eqp/${n}`,
    username: `user-${n}`,
    password: `password-${n}`,
  }));
  await call('PUT', `/rest/v1/users/${user.mage_id}`, { authorization: `Bearer ${ust}` }, { api_callbacks: callbacks });
  for (const [callback_event, update_info] of [
    ['malware_scan_complete', { file_upload_id: 'upload-1', tool_result: 'passed', submission_ids: ['submission-1'] }],
    [
      'eqp_status_update',
      {
        submission_id: 'submission-1',
        item_id: 'item-1',
        eqp_flow: 'technical',
        current_status: 'in_automation',
        eqp_status: { overall: 'in_progress', technical: 'in_automation', marketing: 'draft' },
      },
    ],
  ]) {
    await admin('POST', '/admin/eqp/events', { mage_id: user.mage_id, callback_event, update_info });
  }

  const company = await admin('POST', '/admin/companies', { company_id: 'acme' });
  const login = { authorization: `Basic ${btoa(`${company.username}:${company.password}`)}` };
  for (const [event_type, status] of [
    ['person_updated', 200],
    ['person_added', 410],
  ]) {
    await call('POST', '/companies/acme/config/callbacks', login, {
      event_type,
      destination: { url: `${there}/company/${status}` },
    });
  }
  const { items } = await admin('GET', '/admin/registrations');
  for (const { id, kind } of items) {
    if (kind === 'company') await admin('POST', `/admin/registrations/${id}/signing-secret`);
  }
  const entity = { person: { person_id: '7', external_person_id: '7', email: 'ada.lovelace@example.com' } };
  for (const event_type of ['person_updated', 'person_added', 'person_added']) {
    await admin('POST', '/admin/companies/acme/events', { event_type, entity });
    await sleep(300);
  }

  const asyncClient = await admin('POST', '/admin/async-clients', { name: 'a client' });
  const { access_token: token } = await call(
    'POST',
    '/v2/token',
    {},
    { grant_type: 'client_credentials', client_id: asyncClient.client_id, client_secret: asyncClient.client_secret },
  );
  await call(
    'POST',
    '/Service.asmx',
    { 'content-type': 'text/xml', soapaction: 'Create' },
    soapCreate(token, respondTo(`${there}/async/200`)),
  );
  const part =
    '<ConversationID>conversation-1</ConversationID><SequenceCode>1</SequenceCode><CallsInConversation>2</CallsInConversation>';
  await call('POST', '/Service.asmx', { 'content-type': 'text/xml', soapaction: 'Create' }, soapCreate(token, part));

  await until(
    async () =>
      Number((await sql(`SELECT count(*) AS n FROM actions WHERE state IN ('received', 'enriching')`))[0].n) === 0,
  );
  await until(async () => (await sql('SELECT 1 FROM result_messages')).length > 0);
  await until(async () => (await sql(`SELECT 1 FROM deliveries WHERE channel LIKE 'async%'`)).length > 0);
  await until(async () => (await sql(`SELECT 1 FROM orphan_checks`)).length > 0).catch(() => undefined);
  await admin('POST', '/admin/erase', { tenant: 'OTHERORG@AdobeOrg', entityId: '1004' });
  await admin('POST', '/admin/deliveries/recover', {
    status: ['dead'],
    since: new Date(Date.now() - 3_600_000).toISOString(),
    ratePerSecond: 1,
  });
  await sleep(2_000);
}

/** States that a service at rest has none of, copied from rows it made. */
async function fillTheRest() {
  const states = ['received', 'enriching', 'calling_back', 'completed', 'undeliverable', 'expired'];
  const copy = (table, columns, values, where) =>
    sql(`INSERT INTO ${table} (${columns}) SELECT ${values} FROM ${table} WHERE ${where} LIMIT 1`);
  for (const [index, state] of states.entries()) {
    if ((await sql('SELECT 1 FROM actions WHERE state = $1', [state])).length > 0) continue;
    const id = `'019a0000-0000-7000-8000-00000000000${index}'`;
    const lease = state === 'enriching' ? `gen_random_uuid(), now() + interval '20 s'` : 'NULL, NULL';
    const finished = state === 'expired' ? 'now()' : 'NULL';
    await copy(
      'actions',
      'id, service, dialect, tenant, object_type, entity_id, state, lease_token, lease_until, crash_count, received_at, deadline_at, finished_at',
      `${id}, service, dialect, tenant, object_type, '20${index}', '${state}', ${lease}, ${index % 2}, received_at, deadline_at, ${finished}`,
      `dialect = 'adobe'`,
    );
    await copyPayload(id.slice(1, -1));
  }
  const statuses = ['pending', 'delivering', 'delivered', 'dead', 'expired', 'held', 'cancelled'];
  for (const [index, status] of statuses.entries()) {
    if ((await sql('SELECT 1 FROM deliveries WHERE status = $1', [status])).length > 0) continue;
    const lease = status === 'delivering' ? `gen_random_uuid(), now() + interval '45 s', now()` : 'NULL, NULL, NULL';
    await copy(
      'deliveries',
      'id, channel, owner_id, destination_id, event_id, method, url, content_type, body, status, attempt_number, attempt_count, lease_token, lease_until, sending_at, expires_at, last_error',
      `'019a0000-0000-7000-8000-0000000001${index}0', channel, owner_id, destination_id, event_id || '-${status}', method, url, content_type, body, '${status}', 1, 1, ${lease}, expires_at, 'made up'`,
      `channel = 'companies'`,
    );
  }
  await sql(
    `UPDATE destinations SET opened_until = now() + interval '1 min', open_count = 2 WHERE id = (SELECT id FROM destinations WHERE channel = 'adobe' LIMIT 1)`,
  );
  if ((await sql('SELECT 1 FROM bulk_jobs')).length === 0) {
    await sql(`INSERT INTO bulk_jobs (id, filter, filter_key, force, actor, state, rate_per_second, after_id, before_id, matched, finished_at)
      VALUES (gen_random_uuid(), '{"status":["dead"]}', 'made-up', false, '0123abcd', 'done', 10, gen_random_uuid(), gen_random_uuid(), 3, now())`);
  }
  if ((await sql('SELECT 1 FROM orphan_checks')).length === 0) {
    await sql(`INSERT INTO orphan_checks (kind, pages, found) VALUES ('made-up', 2, 0)`);
  }
}

/** A payload opens only with the id of its own action, so its secrets are sealed anew. */
async function copyPayload(actionId) {
  const { SecretBox } = await load('security/secret-box.js');
  const box = new SecretBox({ encryptionKeys: [{ id: 'k1', key: Buffer.alloc(32, 7) }] });
  const [from] = await sql('SELECT * FROM action_payloads LIMIT 1');
  const place = (rowId) => ({ table: 'action_payloads', column: 'secrets', rowId });
  const secrets = box.seal(box.open(from.secrets, place(from.action_id)), place(actionId));
  await sql(
    `WITH token AS (INSERT INTO action_tokens (token_key, action_id) VALUES (gen_random_uuid(), $1) RETURNING token_key)
     INSERT INTO action_payloads (action_id, token_key, request, secrets, callback_url) SELECT $1, token_key, $2, $3, $4 FROM token`,
    [actionId, from.request, secrets, from.callback_url],
  );
}

/** The statements of the schema, then every row of every table. */
async function dump(statements) {
  const tables = await sql(
    `SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY oid`,
  );
  const lines = [
    `-- Made by scripts/make-schema-fixture.mjs from a released build; never changed by hand. All in it is made up.`,
  ];
  for (const text of statements) lines.push(`${text.replace(/\s*\n\s*/g, ' ')};`);
  const empty = [];
  for (const { relname: table } of tables) {
    const rows = await sql(`SELECT * FROM ${table} ORDER BY 1, 2`);
    if (rows.length === 0) empty.push(table);
    for (const row of rows) {
      const values = Object.values(row).map((value) => (value === null ? 'NULL' : literal(value)));
      lines.push(`INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${values.join(', ')});`);
    }
  }
  if (empty.length > 0) throw new Error(`without a row: ${empty.join(', ')}`);
  lines.push(`SELECT setval(pg_get_serial_sequence('migrations', 'id'), (SELECT max(id) FROM migrations));`);
  return `${lines.join('\n')}\n`;
}

/** On one line, so that a line is a statement. */
function literal(text) {
  const quoted = text.replaceAll("'", "''");
  if (!/[\\\n\r]/.test(text)) return `'${quoted}'`;
  return `E'${quoted.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}'`;
}

function leadRequest(index, status) {
  const leadData = {
    email: `person${index}@example.com`,
    firstName: 'Ada',
    lastName: 'Lovelace',
    phone: '+44 20 7946 0018',
    country: 'United Kingdom',
    jobTitle: 'Chief Analyst',
    company: 'Example Ltd',
  };
  const objectData = { objectType: 'lead', objectContext: { leadId: 1000 + index, leadData }, flowStepContext: {} };
  return envelope(
    objectData,
    `lead-${index}`,
    `/callback/${status}`,
    index === 4 ? 'OTHERORG@AdobeOrg' : 'TESTORG@AdobeOrg',
  );
}

function accountRequest() {
  const objectContext = {
    accountId: 'acc-1',
    accountData: { companyName: 'Example Ltd', website: 'https://www.example.co.uk' },
  };
  return envelope(
    { objectType: 'account', objectContext, flowStepContext: {} },
    'account-1',
    '/callback/200',
    'TESTORG@AdobeOrg',
  );
}

function envelope(objectData, token, path, imsOrgId) {
  return {
    token: `fixture-${token}-0123456789`,
    callbackUrl: there + path,
    objectData,
    context: {
      subscription: { prefix: 'acme', imsOrgId, instanceName: 'acme', munchkinId: '123-ABC-456' },
      journey: { id: 'journey-7', name: 'Welcome', status: 'live' },
    },
    actionConfig: { timeout: 240, pathConfig: [{ pathId: 'default', pathDefinition: [] }] },
    enableSplitPaths: true,
  };
}

function respondTo(url) {
  return `<SendResponseTo><ResponseType>HTTPPost</ResponseType><ResponseAddress>${url}</ResponseAddress><RespondWhen>Always</RespondWhen></SendResponseTo>`;
}

function soapCreate(token, part) {
  const object = `<Objects xsi:type="Subscriber"><SubscriberKey>key-1</SubscriberKey><EmailAddress>person@example.com</EmailAddress></Objects>`;
  return (
    `<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Header>` +
    `<fueloauth xmlns="http://exacttarget.com">${token}</fueloauth></Header><Body>` +
    `<CreateRequest xmlns="http://exacttarget.com/wsdl/partnerAPI"><Options><RequestType>Asynchronous</RequestType>${part}</Options>${object}` +
    `</CreateRequest></Body></Envelope>`
  );
}
