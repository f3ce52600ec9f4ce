import { afterEach, describe, expect, it } from 'vitest';
import { type Ended, runHere, Scratch } from '../authoring.fixtures.js';
import type { BatchTrialReport } from './batch-report.js';
import { TRY } from './try-command.js';

let scratch = new Scratch();
afterEach(() => {
  scratch.remove();
  scratch = new Scratch();
});

const MINE = `
apiName: mine
dialects: [marketo]
i18n: { en_US: { name: Mine, description: A service of the tests } }
description: A service of the tests
primaryAttribute: mode
invocationPayloadDef:
  globalAttributes: [{ apiName: region, i18n: { en_US: { name: Region } }, dataType: string }]
  flowAttributes:
    - { apiName: mode, i18n: { en_US: { name: Mode } }, dataType: string, required: true }
    - { apiName: least, i18n: { en_US: { name: Least } }, dataType: integer }
  fields:
    - { serviceAttribute: email, dataType: email, required: true }
    - { serviceAttribute: age, dataType: integer }
callbackPayloadDef:
  attributes: [{ apiName: seen, i18n: { en_US: { name: Seen } }, dataType: text }]
  fields:
    - { serviceAttribute: group, dataType: string }
    - { serviceAttribute: points, dataType: score }
openapi: { title: Mine, providerName: Test, supportContact: test@example.com }
pipeline:
  - { provider: expression, name: adult, when: 'fields.age >= 18', settings: { fields: { group: '"adult " & flowStep.mode' } } }
  - { provider: expression, name: points, required: true, settings: { fields: { points: 'fields.age > flowStep.least ? "+5" : $error("no")' } } }
`;
const BOTH = MINE.replace(
  'dialects: [marketo]',
  'dialects: [externalActions, marketo]\nsupportedEntityType: lead\nenableSplitPaths: false',
);

const mine = (text = MINE): string => scratch.write('mine.yaml', text);
const tryIt = (...args: string[]): Promise<Ended> => runHere(TRY, args);

async function report(...args: string[]): Promise<BatchTrialReport & { readonly code: number }> {
  const { out, err, code } = await tryIt(...args, '--json');
  expect(err).toBe('');
  return { ...(JSON.parse(out) as BatchTrialReport), code };
}

const PARAMS = ['--param', 'mode=strict', '--param', 'least=3'];
const ADA = { id: 7, email: 'ada@example.com', age: 36 };

describe('npm run try with a service that speaks Marketo', () => {
  it('shows the steps and conditions of a lead, and the callback as Marketo gets it', async () => {
    const shown = await report(mine(), '--lead', JSON.stringify(ADA), ...PARAMS);
    expect(shown).toMatchObject({ service: 'mine', dialect: 'marketo', source: '--lead', outcome: 'success', code: 0 });
    expect(shown.leads).toMatchObject([
      {
        id: '7',
        outcome: 'success',
        steps: [
          {
            step: 'adult',
            outcome: 'done',
            conditions: [{ expression: 'fields.age >= 18', value: true }],
            wrote: { group: 'adult strict' },
          },
          { step: 'points', outcome: 'done', wrote: { points: '+5' } },
        ],
      },
    ]);
    expect(shown.callback).toEqual({
      munchkinId: '123-TRY-456',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as unknown,
      objectData: [{ leadData: { id: 7, group: 'adult strict', points: '+5' }, activityData: { success: true } }],
    });
  });

  it('runs each lead of a list with its own flow step, and shows which ones fail', async () => {
    const path = scratch.write(
      'leads.json',
      JSON.stringify([
        { ...ADA, flowStepContext: { mode: 'strict', least: 3 } },
        { email: 'bo@example.com', age: 9, flowStepContext: { mode: 'lax', least: 20 } },
        { objectContext: { id: 9, email: '' }, flowStepContext: { mode: 'lax' } },
        { objectContext: { email: 'cy@example.com', age: 'old' }, flowStepContext: { mode: 'lax' } },
        { email: 'di@example.com', age: 40 },
      ]),
    );
    const shown = await report(mine(), '--lead', `@${path}`);
    expect(shown).toMatchObject({ outcome: 'failure', code: 1, source: path });
    expect(shown.leads.map(({ id, outcome, code, reason }) => [id, outcome, code, reason])).toEqual([
      ['7', 'success', null, null],
      ['1002', 'failure', 'ENRICHMENT_FAILED', expect.stringContaining('points:') as unknown],
      ['9', 'failure', 'INVALID_DATA', 'Missing required field: email'],
      ['1004', 'failure', 'INVALID_DATA', 'age must be of type integer'],
      ['1005', 'failure', 'INVALID_DATA', 'Missing required field: mode'],
    ]);
    expect(shown.leads.map(({ steps }) => steps.map(({ conditions }) => conditions.map(({ value }) => value)))).toEqual(
      [[[true], []], [[false], []], [], [], []],
    );
    const { objectData } = shown.callback as unknown as { objectData: { leadData: object; activityData: object }[] };
    expect(objectData.map(({ leadData }) => leadData)).toEqual([
      { id: 7, group: 'adult strict', points: '+5' },
      ...[{ id: 1002 }, { id: 9 }, { id: 1004 }, { id: 1005 }],
    ]);
    const { out } = await tryIt(mine(), '--lead', `@${path}`);
    expect(out).toMatch(/^mine \(Marketo\), 5 leads \(/);
    expect(out).toContain('Lead 9\nfailure in 0 ms: INVALID_DATA, Missing required field: email');
    expect(out).toContain('when   fields.age >= 18  →  false');
    expect(out).toContain('1 succeeded, 4 failed');
  });

  it('takes a whole batch, its ids digit for digit, and echoes no token', async () => {
    const batch = {
      token: 'token-of-the-batch',
      apiCallBackKey: 'key-of-the-batch',
      callbackUrl: 'https://elsewhere.example/x',
      context: { subscription: { munchkinId: '987-ZYX-654' }, admin: { region: 'eu' } },
      objectData: [{ objectType: 'lead', objectContext: ADA, flowStepContext: { mode: 'lax', least: 1 } }],
    };
    const text = JSON.stringify(batch).replace('"id":7', '"id":9007199254740993');
    const { out, code } = await tryIt(mine(), '--lead', text, '--json');
    expect(code).toBe(0);
    expect(out).toContain('"munchkinId":"987-ZYX-654"');
    expect(out).toContain('"leadData":{"id":9007199254740993,"group":"adult lax"');
    expect(out).not.toMatch(/of-the-batch/);
  });

  it('takes parameters from the command line over those of the file, of their declared type', async () => {
    const lead = JSON.stringify({ ...ADA, flowStepContext: { mode: 'lax', least: 99 } });
    const shown = await report(mine(), '--lead', lead, '--flow', '{"mode":"flow","least":98}', ...PARAMS);
    expect(shown.leads[0]?.steps[0]?.wrote).toEqual({ group: 'adult strict' });
    expect(shown.outcome).toBe('success');
    const wrong = await report(mine(), '--lead', lead, '--param', 'least=many');
    expect(wrong.leads).toMatchObject([{ code: 'INVALID_DATA', reason: 'least must be of type integer', steps: [] }]);
    const empty = await report(mine(), '--lead', lead, '--param', 'mode=');
    expect(empty.leads).toMatchObject([{ code: 'INVALID_DATA', reason: 'Missing required field: mode' }]);
  });

  it('runs the example of the service without a lead', async () => {
    const shown = await report(mine());
    expect(shown).toMatchObject({ source: 'built-in example', leads: [{ id: '1001' }] });
    expect(shown.leads[0]?.steps.map(({ outcome }) => outcome)).toEqual(['done', 'failed']);
  });

  it('runs the service that ships on its example', async () => {
    const shown = await report('services/table-lookup.yaml');
    expect(shown).toMatchObject({ outcome: 'success', leads: [{ steps: [{ outcome: 'not run' }] }] });
    expect(shown.callback).toMatchObject({ objectData: [{ activityData: { success: true } }] });
  });

  it('looks up in files, as each flow step says', async () => {
    const csv = `countries=@${scratch.write('c.csv', 'code,name\nDE,Germany\nFR,France\n')}`;
    const leads = [{ country: 'de' }, { country: 'XX' }, {}];
    const step = ['table=countries', 'keyName=code', 'keyValField=country', 'lookupField=name', 'returnField=land'];
    const params = step.flatMap((one) => ['--param', one]);
    const args = ['services/table-lookup.yaml', '--lead', JSON.stringify(leads), ...params];
    const shown = await report(...args, '--table', csv);
    expect(shown.leads.map(({ code }) => code)).toEqual([null, 'NOT_FOUND', 'INSUFFICIENT_DATA']);
    expect(shown.callback).toMatchObject({ objectData: [{ leadData: { id: 1001, land: 'Germany' } }, {}, {}] });
    expect(shown.leads[0]?.steps).toMatchObject([{ outcome: 'done', wrote: { land: 'Germany' }, alsoFound: [] }]);
    const without = await report(...args);
    expect(without.warnings).toEqual(['step table-lookup is not run: needs a table; give --table countries=@file.csv']);
  });

  it('is External Actions for a service that speaks both, with a hint, unless it is asked', async () => {
    const file = mine(BOTH);
    const lead = JSON.stringify(ADA);
    const hint = 'the service speaks Marketo, too: --dialect marketo tries it as Marketo calls it';
    const plain = await tryIt(file, '--lead', lead, ...PARAMS);
    expect(plain.out).toContain(hint);
    expect(plain.out).toContain('"leadData"');
    expect(plain.out).not.toContain('munchkinId');
    const asked = await tryIt(file, '--lead', lead, ...PARAMS, '--dialect', 'externalActions');
    expect(asked.out).not.toContain(hint);
    const marketo = await report(file, '--lead', lead, ...PARAMS, '--dialect', 'marketo');
    expect(marketo).toMatchObject({ dialect: 'marketo', warnings: [] });
  });
});

describe('npm run try with leads and words that it cannot use', () => {
  const LEAD = ['--lead', '{}'];
  it.each<[args: readonly string[], words: string]>([
    [['--lead', '7'], 'a lead must be a JSON object, or a list of them'],
    [['--lead', 'null'], 'a lead must be a JSON object, or a list of them'],
    [['--lead', '"x"'], 'a lead must be a JSON object, or a list of them'],
    [['--lead', '[]'], 'the list has no lead'],
    [['--lead', '[{}, 7]'], 'lead 2 of the list must be a JSON object'],
    [['--lead', '[[]]'], 'lead 1 of the list must be a JSON object'],
    [['--lead', '{"email":'], '--lead: the text is not valid JSON'],
    [['--lead', '@no-such.json'], 'no-such.json cannot be read (ENOENT)'],
    [['--account', '{}'], 'the service is for lead: use --lead'],
    [[...LEAD, '--param', 'mode'], '--param mode: write name=value'],
    [[...LEAD, '--param', '=x'], '--param =x: write name=value'],
    [[...LEAD, '--param', 'mood=x'], 'the service has no flow attribute mood; did you mean mode?'],
    [[...LEAD, '--param', 'constructor=x'], 'the service has no flow attribute constructor; there are mode, least'],
    [[...LEAD, '--flow', '[]'], '--flow must be a JSON object'],
    [[...LEAD, '--admin', '7'], '--admin must be a JSON object'],
    [[...LEAD, '--dialect', 'campaign'], '--dialect campaign: say externalActions or marketo'],
    [[...LEAD, '--dialect', 'externalActions'], '--dialect externalActions: the service speaks Marketo alone'],
    [[...LEAD, '--table', 'areas=@a.csv'], 'no lookup step has the table areas'],
  ])('refuses %j', async (args, words) => {
    const { code, out, err } = await tryIt(mine(), ...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(words);
    expect(err).toContain('npm run try -- --help');
  });

  it('refuses Marketo of a service that does not speak it, and a list where none is tried', async () => {
    const plain = await tryIt('services/contact-quality.yaml', '--dialect', 'marketo');
    expect(plain).toMatchObject({
      code: 2,
      err: expect.stringContaining('add marketo to its dialects') as unknown,
    });
    const list = await tryIt(mine(BOTH), '--lead', '[{}]');
    expect(list).toMatchObject({
      code: 2,
      err: expect.stringContaining('a list of leads is for --dialect marketo') as unknown,
    });
  });

  it.each<[name: string, batch: object, field: string]>([
    ['no lead', { objectData: [] }, 'objectData'],
    ['a lead that is a text', { objectData: ['x'] }, 'objectData[0]'],
    [
      'a lead without an id',
      { objectData: [{ objectType: 'lead', objectContext: {} }] },
      'objectData[0].objectContext.id',
    ],
    [
      'a lead of another type',
      { objectData: [{ objectType: 'account', objectContext: { id: 1 } }] },
      'objectData[0].objectType',
    ],
    [
      'a flow step that is a text',
      { objectData: [{ objectType: 'lead', objectContext: { id: 1 }, flowStepContext: 'x' }] },
      'objectData[0].flowStepContext',
    ],
    ['a token that is a number', { token: 5, objectData: [{ objectType: 'lead', objectContext: { id: 1 } }] }, 'token'],
    [
      'an odd munchkin id',
      { context: { subscription: { munchkinId: '../x' } }, objectData: [] },
      'context.subscription.munchkinId',
    ],
    [
      'settings of another type',
      { context: { admin: { region: {} } }, objectData: [{ objectType: 'lead', objectContext: { id: 1 } }] },
      'context.admin',
    ],
    ['1,001 leads', { objectData: Array.from({ length: 1_001 }, () => ({})) }, 'objectData'],
  ])('says that the service would refuse a batch with %s', async (_name, batch, field) => {
    const { code, out } = await tryIt(mine(), '--lead', JSON.stringify(batch), '--param', 'mode=x', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ outcome: 'refused', status: 400 });
    const { details } = JSON.parse(out) as { details: { field: string }[] };
    expect(details.map((detail) => detail.field)).toContain(field);
  });
});
