import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { FakeApi, json } from '../../enrichment/providers/http/http.fixtures.js';
import { type Ended, runHere, Scratch } from '../authoring.fixtures.js';
import { TRY } from './try-command.js';
import type { ShownStep, TrialReport } from './trial-report.js';

const api = new FakeApi();
let scratch = new Scratch();
beforeAll(() => api.start());
afterEach(() => {
  scratch.remove();
  scratch = new Scratch();
  api.reset();
});
afterAll(async () => {
  scratch.remove();
  await api.stop();
});

type Step = Readonly<Record<string, unknown>>;

/** The file of a service with these steps; every name in `fields` may come in and go out. */
function service(pipeline: readonly Step[], entityType = 'lead', attributes: readonly string[] = []): string {
  const names = ['email', 'country', 'territory', 'owner', 'name', 'found', 'segment', 'size'];
  const fields = names.map((serviceAttribute) => ({ serviceAttribute, dataType: 'string' }));
  const lists = entityType === 'account' ? { accountFields: fields } : { fields };
  const yaml = stringify({
    apiName: 'mine',
    supportedEntityType: entityType,
    enableSplitPaths: true,
    i18n: { en_US: { name: 'Mine', description: 'A service of the tests' } },
    description: 'A service of the tests',
    primaryAttribute: 'mode',
    invocationPayloadDef: {
      flowAttributes: [{ apiName: 'mode', dataType: 'string', i18n: { en_US: { displayName: 'Mode' } } }],
      ...lists,
      accessorsMetadata: [
        { accessorName: 'segment', dataType: 'string' },
        { accessorName: 'finder', dataType: 'string' },
      ],
    },
    callbackPayloadDef: {
      ...lists,
      attributes: attributes.map((apiName) => ({
        apiName,
        dataType: 'string',
        i18n: { en_US: { displayName: apiName } },
      })),
    },
    openapi: { providerName: 'Test', supportContact: 'test@example.com' },
    pipeline,
  });
  return scratch.write('mine.yaml', yaml);
}

const tryIt = (...args: string[]): Promise<Ended> => runHere(TRY, args);

async function report(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<TrialReport> {
  const { out, err } = await runHere(TRY, [...args, '--json'], environment);
  expect(err).toBe('');
  return JSON.parse(out) as TrialReport;
}

const stepOf = ({ steps }: TrialReport, name: string): ShownStep | undefined => steps.find(({ step }) => step === name);
interface CalledBack {
  readonly leadData: Readonly<Record<string, unknown>>;
  readonly accountData: unknown;
  readonly accountPersonData: unknown;
}
/** The first entity of the callback. */
function calledBack({ callback }: TrialReport): CalledBack {
  const [first] = (callback as unknown as { readonly objectData: readonly CalledBack[] }).objectData;
  if (first === undefined) throw new Error('the callback has no entity');
  return first;
}
const leadOf = (shown: TrialReport): Readonly<Record<string, unknown>> => calledBack(shown).leadData;

const expression = (name: string, field: string, text: string, more: Step = {}): Step => ({
  provider: 'expression',
  name,
  settings: { fields: { [field]: text } },
  ...more,
});
const lookup: Step = {
  provider: 'lookup',
  settings: { table: 'areas', key: 'country', values: ['territory', 'owner'] },
};
const ask = (settings: Step = {}, more: Step = {}): Step => ({
  provider: 'http',
  name: 'crm',
  settings: {
    url: 'https://api.example.com/people',
    query: { email: '{{email}}' },
    map: { fields: { name: 'answer.name' } },
    ...settings,
  },
  ...more,
});
/** The same at the API of this test. */
const askHere = (settings: Step = {}, more: Step = {}): Step => ask({ url: `${api.url}/people`, ...settings }, more);

describe('npm run try with the services that ship', () => {
  // That of Marketo has a report of its own: batch-trial.spec.ts runs it.
  const names = readdirSync('services').filter((name) => name.endsWith('.yaml') && name !== 'table-lookup.yaml');
  it.each(names)('runs %s on its example', async (name) => {
    const shown = await report([join('services', name), '--offline']);
    expect(shown.outcome).toBe('success');
    expect(shown.steps.length).toBeGreaterThan(0);
    expect(shown.callback).toMatchObject({ objectData: [{ activityData: { success: true } }] });
  });

  const SAMPLES = [
    ['contact-quality', '--lead', 'simulator/samples/documented/lead.json'],
    ['contact-quality', '--lead', 'simulator/samples/lead.json'],
    ['contact-quality', '--lead', 'test/fixtures/documented/requests/short-lead.json'],
    ['account-profile', '--account', 'simulator/samples/documented/account.json'],
    ['account-profile', '--account', 'simulator/samples/account.json'],
    ['account-profile', '--account', 'test/fixtures/documented/requests/short-account.json'],
    ['account-profile', '--account', 'test/fixtures/documented/requests/account-with-other-names.json'],
    ['buying-group', '--group', 'simulator/samples/documented/account-person.json'],
    ['buying-group', '--group', 'simulator/samples/account-person.json'],
    ['buying-group', '--group', 'test/fixtures/documented/requests/short-account-person.json'],
  ] as const;

  it.each(SAMPLES)('runs %s on the documented request %s %s', async (name, option, file) => {
    const shown = await report([`services/${name}.yaml`, option, `@${file}`]);
    expect(shown).toMatchObject({ service: name, outcome: 'success', subject: { source: file } });
  });

  it('has every documented request in that list', () => {
    const listed: readonly string[] = SAMPLES.map(([, , file]) => file);
    const folders = ['simulator/samples/documented', 'test/fixtures/documented/requests'];
    const there = folders.flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`));
    expect(there.filter((file) => !listed.includes(file))).toEqual([]);
  });

  it('prints each step, and the callback as it is sent', async () => {
    const { code, out } = await tryIt('services/contact-quality.yaml', '--lead', '{"email":"a@gmial.com"}');
    expect(code).toBe(0);
    expect(out).toMatch(/^contact-quality, lead 1001 \(--lead\)\n/);
    expect(out).toMatch(/ 1 {2}email +done +\d+ ms\n/);
    expect(out).toContain('emailSuggestion="a@gmail.com"');
    expect(out).toMatch(/success in \d+ ms/);
    expect(JSON.parse(out.slice(out.indexOf('{')))).toMatchObject({
      objectData: [{ leadData: { id: 1001, emailSuggestion: 'a@gmail.com', accessorValues: { isCorporate: false } } }],
    });
  });
});

describe('npm run try with words it cannot use', () => {
  it.each([
    [[], 'say which service'],
    [['services/contact-quality.yaml', 'services/buying-group.yaml'], 'one service at a time'],
    [['no-such.yaml'], 'no-such.yaml cannot be read: ENOENT'],
    [['services/contact-quality.yaml', '--account', '{}'], 'the service is for lead: use --lead'],
    [['services/buying-group.yaml', '--lead', '{}'], 'the service is for accountPerson: use --group'],
    [['services/contact-quality.yaml', '--lead', '{}', '--account', '{}'], 'one subject at a time: --lead, --account'],
    [['services/contact-quality.yaml', '--lead', '@no-such.json'], '--lead: no-such.json cannot be read (ENOENT)'],
    [['services/contact-quality.yaml', '--lead', 'lead.json'], 'Write @lead.json to read a file'],
    [['services/contact-quality.yaml', '--lead', '{"email":'], '--lead: the text is not valid JSON'],
    [['services/contact-quality.yaml', '--lead', '7'], 'the subject must be a JSON object'],
    [['services/contact-quality.yaml', '--lead', '[]'], 'the subject must be a JSON object'],
    [['services/buying-group.yaml', '--group', '{"a":1}'], 'a group is a list of people'],
    [['services/contact-quality.yaml', '--flow', '[]'], '--flow must be a JSON object'],
    [['services/contact-quality.yaml', '--timeout', 'soon'], '--timeout: "soon" is not a duration'],
    [['services/contact-quality.yaml', '--timeout', '0s'], '--timeout must be at least 1ms'],
    [
      ['services/contact-quality.yaml', '--table', 'areas=@a.csv'],
      'no lookup step has the table areas; there are none',
    ],
    [['services/contact-quality.yaml', '--table', 'areas'], 'write name=@file.csv'],
    [['services/contact-quality.yaml', '--answer', 'crm={}'], 'there is no http step crm; there are none'],
    [['services/contact-quality.yaml', '--sideways'], '--sideways'],
  ])('refuses %j', async (args, words) => {
    const { code, out, err } = await tryIt(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(words);
    expect(err).toContain('npm run try -- --help');
  });

  it.each([
    ['a status that is none', '{"status":99}', 'status must be from 200 to 599'],
    ['headers that are none', '{"status":200,"headers":[]}', 'headers must be an object'],
    ['no JSON', 'hello', 'is not valid JSON'],
  ])('refuses an answer with %s', async (_name, answer, words) => {
    const { code, err } = await tryIt(service([ask()]), '--answer', `crm=${answer}`);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(words) as string });
  });

  it('proposes the step and the table that were meant', async () => {
    const file = service([ask(), lookup]);
    expect((await tryIt(file, '--answer', 'cmr={}')).err).toContain('did you mean crm?');
    expect((await tryIt(file, '--table', 'area=@x.csv')).err).toContain('did you mean areas?');
  });

  it.each([
    ['an empty table', '', 'the file has no rows'],
    ['names alone', 'country,territory,owner\n', 'the file has no rows'],
    ['a quote that is not closed', 'country,territory,owner\n"DE,a,b\n', 'a quote is not closed'],
  ])('refuses %s', async (_name, csv, words) => {
    const { code, err } = await tryIt(service([lookup]), '--table', `areas=@${scratch.write('t.csv', csv)}`);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(words) as string });
  });

  it('names the problems of a service that could not start, and ends with 1', async () => {
    const broken = scratch.write('broken.yaml', 'apiName: x\n');
    expect(await tryIt(broken)).toMatchObject({
      code: 1,
      err: expect.stringContaining('supportedEntityType: is missing') as string,
    });
    const settings = await tryIt(service([{ provider: 'email', settings: { form: 'x' } }]));
    expect(settings).toMatchObject({
      code: 1,
      err: expect.stringContaining('settings.form is not a setting') as string,
    });
  });

  it('says when the service would refuse the subject, with all its mistakes', async () => {
    const { code, out } = await tryIt('services/contact-quality.yaml', '--lead', '{"firstName":"a"}');
    expect(code).toBe(1);
    expect(out).toContain('The service would refuse the request (422): Missing required field: email');
    const asJson = await tryIt('services/contact-quality.yaml', '--lead', '{"firstName":"a"}', '--json');
    expect(JSON.parse(asJson.out)).toMatchObject({
      outcome: 'refused',
      status: 422,
      details: [{ field: expect.any(String) as string }],
    });
  });
});

describe('npm run try and conditions', () => {
  it('shows each condition with its value, and which step of a waterfall found the field', async () => {
    const file = service([
      expression('a', 'size', '"big"', { when: 'fields.country = "DE"' }),
      expression('b', 'size', '"small"', { when: '$not(fields.country = "DE")' }),
      {
        until: 'segment',
        accessor: 'finder',
        waterfall: [
          expression('first', 'segment', 'fields.nothing'),
          expression('second', 'segment', '"smb"'),
          expression('third', 'segment', '"never"'),
        ],
      },
    ]);
    const shown = await report([file, '--lead', '{"country":"DE"}']);
    expect(stepOf(shown, 'a')).toMatchObject({
      outcome: 'done',
      conditions: [{ expression: 'fields.country = "DE"', value: true }],
      wrote: { size: 'big' },
    });
    expect(stepOf(shown, 'b')).toMatchObject({ outcome: 'skipped', conditions: [{ value: false }], code: null });
    expect(stepOf(shown, 'second')).toMatchObject({ endedSearchFor: 'segment' });
    expect(stepOf(shown, 'third')).toMatchObject({
      outcome: 'skipped',
      reason: expect.stringContaining('second found segment') as string,
    });
    expect(leadOf(shown)['accessorValues']).toEqual({ segment: 'smb', finder: 'second' });
    const { out } = await tryIt(file, '--lead', '{"country":"DE"}');
    expect(out).toContain('when   fields.country = "DE"  →  true');
    expect(out).toContain('found  segment: the waterfall ends here');
  });

  it('shows why a condition is neither true nor false', async () => {
    const file = service([expression('a', 'size', '"x"', { when: 'fields.age > 18' }), expression('b', 'name', '"y"')]);
    const shown = await report([file, '--lead', '{}']);
    expect(stepOf(shown, 'a')).toMatchObject({
      outcome: 'failed',
      code: 'ENRICHMENT_FAILED',
      conditions: [
        { expression: 'fields.age > 18', value: expect.stringContaining('nothing (a field is missing)') as string },
      ],
    });
  });

  it('fails with a required step, ends with 1 and shows the callback of the failure', async () => {
    const file = service([expression('a', 'size', '$error("no")', { required: true }), expression('b', 'name', '"y"')]);
    const { code, out } = await tryIt(file, '--lead', '{}');
    expect(code).toBe(1);
    expect(out).toMatch(/failure in \d+ ms: ENRICHMENT_FAILED/);
    expect(out).toContain('the action had failed before');
    expect(JSON.parse(out.slice(out.indexOf('{')))).toMatchObject({
      objectData: [{ activityData: { success: false, errorCode: 'ENRICHMENT_FAILED' }, leadData: { id: 1001 } }],
    });
  });

  it('takes flow attributes and global ones', async () => {
    const file = service([expression('a', 'size', 'flowStep.mode & globalAttributes.region')]);
    const shown = await report([file, '--lead', '{}', '--flow', '{"mode":"x"}', '--admin', '{"region":"y"}']);
    expect(leadOf(shown)['size']).toBe('xy');
  });
});

describe('npm run try and time', () => {
  it('begins no step once the time of the action is up, as the service does', async () => {
    const file = service([expression('a', 'size', '"x"'), expression('b', 'name', '"y"')], 'lead', ['missingSteps']);
    const { code, out } = await tryIt(file, '--lead', '{}', '--timeout', '6s', '--json');
    const shown = JSON.parse(out) as TrialReport;
    expect(code).toBe(1);
    expect(shown).toMatchObject({ outcome: 'failure', code: 'TIMEOUT' });
    expect(shown.steps.map(({ outcome }) => outcome)).toEqual(['skipped', 'skipped']);
  });

  it('ends a step whose own time is up', async () => {
    api.reset(() => undefined);
    const file = service([askHere({}, { timeout: '150ms' }), expression('b', 'name', '"y"')]);
    const shown = await report([file, '--lead', '{"email":"a@b.example"}']);
    expect(stepOf(shown, 'crm')).toMatchObject({ outcome: 'failed', code: 'TIMEOUT' });
    expect(leadOf(shown)).toMatchObject({ name: 'y' });
  });
});

describe('npm run try and look-ups', () => {
  const TABLE = 'country;territory;owner\nDE;Mitte;Ada\nmünchen;Süd;Bo\n';

  it('does not run a look-up without a table, says so, and goes on', async () => {
    const file = service([lookup, expression('b', 'name', '"y"')]);
    const { code, out } = await tryIt(file, '--lead', '{"country":"DE"}');
    expect(code).toBe(0);
    expect(out).toMatch(/lookup +not run/);
    expect(out).toContain('step lookup is not run: needs a table; give --table areas=@file.csv');
  });

  it.each([
    ['DE', 'Mitte', false],
    [' DE ', 'Mitte', false],
    [' de ', 'Mitte', true],
    ['MUNCHEN', 'Süd', true],
  ])('finds %j in the file, and says what the upload needs for it', async (country, territory, isFolded) => {
    const table = `areas=@${scratch.write('t.csv', TABLE)}`;
    const shown = await report([service([lookup]), '--lead', JSON.stringify({ country }), '--table', table]);
    expect(leadOf(shown)).toMatchObject({ territory });
    expect(stepOf(shown, 'lookup')).toMatchObject({ outcome: 'done', wrote: { territory } });
    expect(shown.warnings.join('\n').includes('upload the table with fold=case,accents')).toBe(isFolded);
  });

  it('says when there is no row, a row twice, or a row that is bad', async () => {
    const table = `areas=@${scratch.write('t.csv', `${TABLE}DE;Nord;Cy\nFR;zu;viel;hier\n`)}`;
    const shown = await report([service([lookup]), '--lead', '{"country":"IT"}', '--table', table]);
    expect(stepOf(shown, 'lookup')).toMatchObject({
      outcome: 'not found',
      reason: 'the table areas has no row for it',
    });
    expect(shown.warnings.join('\n')).toMatch(/line 5: has 4 cells instead of 3/);
    expect(shown.warnings.join('\n')).toMatch(/1 rows have the key of another/);
  });

  it('fails as the service does for a column that the table has not', async () => {
    const table = `areas=@${scratch.write('t.csv', 'country,territory\nDE,x\n')}`;
    const shown = await report([service([lookup]), '--lead', '{"country":"DE"}', '--table', table]);
    expect(stepOf(shown, 'lookup')).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('has no column owner') as string,
    });
  });
});

describe('npm run try and http steps', () => {
  it('really asks, with the secret of the environment, and shows no secret', async () => {
    api.reset((request, response) => json(response, { name: `Bo ${request.headers.authorization ?? ''}` }));
    const file = service([askHere({ auth: { bearer: 'CRM_KEY' } })]);
    const args = [file, '--lead', '{"email":"a@b.example"}'];
    const { out, code } = await runHere(TRY, args, { SECRET_CRM_KEY: 'hush-hush-1' });
    expect(code).toBe(0);
    expect(api.seen).toEqual([expect.objectContaining({ url: '/people?email=a%40b.example', method: 'GET' })]);
    expect(api.seen[0]?.headers.authorization).toBe('Bearer hush-hush-1');
    expect(out).toContain(`asked  GET ${api.url}/people?email=a%40b.example  →  200`);
    expect(out).toContain('Bo Bearer [SECRET_CRM_KEY]');
    expect(out).not.toContain('hush-hush');
  });

  it.each([
    ['that a long value is cut within', 'k'.repeat(40), 'x'.repeat(30)],
    ['that begins as another one', 'other-key-and-more', ''],
    ['of digits', '48151623', ''],
  ])('shows no part of a secret %s', async (_what, secret, before) => {
    api.reset((_request, response) => json(response, { name: `${before}${secret}`, other: btoa(`me:${secret}`) }));
    const map = { fields: { name: 'answer.name', size: 'answer.other' } };
    const file = service([askHere({ auth: { bearer: 'CRM_KEY' }, map })]);
    const args = [file, '--lead', '{"email":"a@b.example"}'];
    const environment = { SECRET_OTHER: 'other-key', SECRET_CRM_KEY: secret };
    for (const more of [[], ['--json']]) {
      const { out, code } = await runHere(TRY, [...args, ...more], environment);
      expect(code).toBe(0);
      expect(out).toContain('[SECRET_CRM_KEY]');
      expect(out).not.toContain(secret.slice(-8));
      expect(out).not.toContain(btoa(`me:${secret}`));
    }
  });

  it('answers with JSON also where a number holds a secret', async () => {
    api.reset((_request, response) => json(response, { name: 48151623 }));
    const file = service([askHere({ auth: { bearer: 'CRM_KEY' } })]);
    const { out } = await runHere(TRY, [file, '--lead', '{"email":"a@b.example"}', '--json'], {
      SECRET_CRM_KEY: '48151623',
    });
    expect(JSON.parse(out)).toMatchObject({ outcome: 'success' });
    expect(out).not.toContain('48151623');
  });

  it('fails without the secret, naming it', async () => {
    const shown = await report([
      service([askHere({ auth: { bearer: 'CRM_KEY' } })]),
      '--lead',
      '{"email":"a@b.example"}',
    ]);
    expect(stepOf(shown, 'crm')).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      reason: expect.stringContaining('the secret CRM_KEY is not set') as string,
    });
    expect(api.seen).toEqual([]);
  });

  it('goes nowhere the service may not go', async () => {
    const file = service([ask({ url: 'http://10.1.2.3/x', allowHttp: true, allowCidrs: ['10.0.0.0/8'] })]);
    const { code, err } = await tryIt(file, '--lead', '{"email":"a@b.example"}');
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('STEP_ALLOW_CIDRS') as string });
  });

  it('asks nothing with --offline, and says so', async () => {
    const shown = await report([service([askHere()]), '--lead', '{"email":"a@b.example"}', '--offline']);
    expect(stepOf(shown, 'crm')).toMatchObject({ outcome: 'not run' });
    expect(shown.warnings).toContain('step crm is not run: --offline; give --answer crm=@file.json');
    expect(api.seen).toEqual([]);
  });

  it.each([
    ['{"name":"Ada"}', { outcome: 'done', wrote: { name: 'Ada' } }],
    ['{"status":200,"headers":{"X":"y"},"body":{"name":"Ada"}}', { outcome: 'done', wrote: { name: 'Ada' } }],
    ['{"status":404}', { outcome: 'not found', reason: 'the system has nothing (status 404)' }],
    ['{"status":401}', { outcome: 'failed', code: 'AUTHENTICATION_FAILED' }],
    ['{"status":302,"headers":{"Location":"/x"}}', { outcome: 'failed', code: 'EXTERNAL_API_ERROR' }],
    ['{"status":200,"body":"<html>"}', { outcome: 'failed', code: 'EXTERNAL_API_ERROR' }],
    ['{"status":429}', { outcome: 'failed', code: 'RATE_LIMIT_EXCEEDED' }],
  ])('runs the answer %s through the mapping of the step', async (answer, expected) => {
    const file = service([askHere({ retries: 0, auth: { bearer: 'CRM_KEY' } }), expression('b', 'size', '"y"')]);
    const path = scratch.write('answer.json', answer);
    const args = [file, '--lead', '{"email":"a@b.example"}', '--offline', '--answer', `crm=@${path}`];
    expect(stepOf(await report(args), 'crm')).toMatchObject(expected);
    expect(api.seen).toEqual([]);
  });

  it('needs no token for an answer from a file', async () => {
    const oauth = { tokenUrl: `${api.url}/token`, clientId: 'us', clientSecret: 'CRM_KEY' };
    const file = service([askHere({ auth: { oauth } })]);
    const shown = await report([file, '--lead', '{"email":"a@b.example"}', '--answer', 'crm={"name":"Ada"}']);
    expect(leadOf(shown)).toMatchObject({ name: 'Ada' });
    expect(api.seen).toEqual([]);
  });

  it('notes that cache and budget are off', async () => {
    const file = service([askHere({ cache: { ttl: '24h' }, budget: { perDay: 5 } })]);
    const shown = await report([file, '--lead', '{"email":"a@b.example"}', '--answer', 'crm={"name":"Ada"}']);
    expect(shown.warnings).toContain('step crm: its cache and budget are off in a trial');
  });
});

describe('npm run try and subjects', () => {
  it('takes the people of a group as a list, or beside their account', async () => {
    const shown = await report(['services/buying-group.yaml', '--group', '[{"title":"CEO"},{"title":"Clerk"}]']);
    expect(calledBack(shown).accountPersonData).toHaveLength(2);
    const group = '{"accountData":{"website":"acme.com"},"people":[{"title":"CFO"}]}';
    const other = await report(['services/buying-group.yaml', '--group', group]);
    expect(calledBack(other).accountData).toMatchObject({
      companyDomain: 'acme.com',
    });
  });

  it('keeps ids beyond 2^53 digit for digit', async () => {
    const lead = '{"leadId":9223372036854775809,"leadData":{"email":"a@b.example"}}';
    const { out } = await tryIt('services/contact-quality.yaml', '--lead', lead);
    expect(out).toContain('"id": 9223372036854775809');
    const asJson = await tryIt('services/contact-quality.yaml', '--lead', lead, '--json');
    expect(asJson.out).toContain('"id":9223372036854775809');
  });

  it('leaves accessor values out where a whole request does not ask for them', async () => {
    const text = readFileSync('simulator/samples/documented/lead.json', 'utf8');
    const request = { ...(JSON.parse(text) as Record<string, unknown>), enableSplitPaths: false };
    const shown = await report(['services/contact-quality.yaml', '--lead', JSON.stringify(request)]);
    expect(leadOf(shown)['accessorValues']).toBeUndefined();
  });

  it('names a value that is not of its declared type', async () => {
    const file = service([expression('a', 'size', '"x"')]);
    const text = readFileSync(file, 'utf8').replace(
      /serviceAttribute: size\n( +)dataType: string(?![\s\S]*serviceAttribute: size)/,
      'serviceAttribute: size\n$1dataType: integer',
    );
    const shown = await report([scratch.write('typed.yaml', text), '--lead', '{}']);
    expect(shown.warnings).toEqual([expect.stringContaining('leadData.size is left out of the callback')]);
  });
});
