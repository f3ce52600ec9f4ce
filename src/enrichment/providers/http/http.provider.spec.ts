import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ActionEntity } from '../../../actions/action-input.js';
import type { Enrichment, EnrichmentContext } from '../../enrichment-provider.js';
import { describeEnrichmentProvider, sampleContext, sampleSubject } from '../../provider-conformance.js';
import { account, group, lead } from '../providers.fixtures.js';
import type { Settings } from '../step-settings.js';
import { FakeApi, type HttpWorld, json, makeHttpWorld } from './http.fixtures.js';

const api = await new FakeApi().start();
let world: HttpWorld;

beforeAll(() => {
  world = makeHttpWorld({ secrets: { CRM_KEY: 'the-key-nobody-may-see' } });
});
beforeEach(() => api.reset());
afterAll(async () => {
  await world.close();
  await conformance.close();
  await api.stop();
});

const company = (settings: Settings = {}): Settings => ({
  url: `${api.url}/companies/{{domain}}`,
  map: { fields: { companyName: 'answer.name', employees: 'answer.size.employees', known: 'found' } },
  ...settings,
});

function run(entity: ActionEntity, settings: Settings, context: Partial<EnrichmentContext> = {}): Promise<Enrichment> {
  expect(world.provider.validateSettings(settings)).toEqual([]);
  return world.provider.enrich(sampleSubject(entity), settings, sampleContext(context));
}

describe('the subjects of a call', () => {
  it('come many at a time only where one request is about many of them', () => {
    const batch = { key: 'email', max: 10, items: 'answer.people', answerKey: 'mail' };
    const asking = { url: `${api.url}/people`, method: 'POST', body: { json: { mails: '{{keys}}' } } };
    const gathers = (settings: Settings): boolean => {
      expect(world.provider.validateSettings(settings)).toEqual([]);
      return world.provider.gathers(settings);
    };
    expect(gathers({ ...asking, batch, map: { fields: { score: 'answer.score' } } })).toBe(true);
    expect(gathers(company())).toBe(false);
    expect(gathers(company({ rateLimit: { perSecond: 5 } }))).toBe(false);
  });
});

describe('a lead', () => {
  it('is asked about, and the answer becomes fields', async () => {
    api.reset((_, response) => json(response, { name: 'Acme', size: { employees: 12 } }));
    const found = await run(lead({ domain: 'acme.example' }), company());
    expect(found.fields).toEqual({ companyName: 'Acme', employees: 12, known: true });
    expect(api.seen.map(({ method, url }) => [method, url])).toEqual([['GET', '/companies/acme.example']]);
  });

  it('that is unknown there is a result, not a failure', async () => {
    api.reset((_, response) => json(response, { error: 'no such company' }, 404));
    const found = await run(lead({ domain: 'acme.example' }), company());
    expect(found.fields).toEqual({ known: false });
  });

  it('without the value that the path needs is not asked about', async () => {
    expect(await run(lead({ domain: ' ' }), company())).toEqual({});
    expect(api.seen).toEqual([]);
  });

  it('is asked about in JSON that keeps types and leaves out what is missing', async () => {
    const settings = {
      url: `${api.url}/score`,
      body: {
        json: {
          person: { age: '{{age}}', vip: '{{vip}}', phone: '{{phone}}', hello: 'Dear {{name}} "{{phone}}"' },
          source: 'journey {{journey.id}}',
          fixed: [1, true, null],
        },
      },
      map: { fields: { score: 'answer.score' } },
    };
    api.reset((_, response) => json(response, { score: 7 }));
    const found = await run(lead({ age: 41, vip: false, name: 'Ada "x"' }), settings, { journey: { id: 'j1' } });
    expect(found.fields).toEqual({ score: 7 });
    expect(api.seen[0]?.method).toBe('POST');
    expect(JSON.parse(api.seen[0]?.body ?? '')).toEqual({
      person: { age: 41, vip: false, hello: 'Dear Ada "x" ""' },
      source: 'journey j1',
      fixed: [1, true, null],
    });
  });

  it('fills queries, headers and forms, each value encoded for its place', async () => {
    const settings = {
      url: `${api.url}/find?kind=a`,
      query: { mail: '{{email}}', none: '{{phone}}', fixed: 'a b&c' },
      headers: { 'X-Name': '{{name}}', 'X-Key': '{{header.x-key}}', 'X-None': '{{phone}}' },
      body: { form: { name: '{{name}}', other: '{{phone}}' } },
      map: { fields: { ok: 'found' } },
    };
    await run(lead({ email: 'a+b&c=d@x.example', name: 'Ada' }), settings, { headers: { 'x-key': 'k' } });
    const [seen] = api.seen;
    expect(seen?.url).toBe('/find?kind=a&mail=a%2Bb%26c%3Dd%40x.example&fixed=a%20b%26c');
    expect(seen?.headers).toMatchObject({ 'x-name': 'Ada', 'x-key': 'k' });
    expect(seen?.headers).not.toHaveProperty('x-none');
    expect(seen?.body).toBe('name=Ada');
  });

  it('fills XML without leaving its element', async () => {
    const settings = {
      url: `${api.url}/soap`,
      body: { xml: '<a>{{name}}</a>' },
      answerAs: 'text',
      map: { fields: { text: 'answer' } },
    };
    api.reset((_, response) => response.end('<ok/>'));
    const found = await run(lead({ name: `</a>&<b c='"'>\u0000` }), settings);
    expect(api.seen[0]?.body).toBe('<a>&lt;/a&gt;&amp;&lt;b c=&apos;&quot;&apos;&gt;</a>');
    expect(found.fields).toEqual({ text: '<ok/>' });
  });

  it('is mapped by JSONata where a path is not enough', async () => {
    api.reset((_, response) => json(response, { tags: [{ n: 'a' }, { n: 'b' }], ids: [1, 2] }));
    const found = await run(
      lead({ domain: 'x.example', first: 'Ada' }),
      company({
        map: {
          fields: {
            tags: '$join(answer.tags.n, ",")',
            hello: '"Hi " & fields.first /* a comment */',
            many: 'answer.ids',
            none: 'answer.nothing',
            total: '$sum(answer.ids)',
          },
          accessors: { size: '$count(answer.tags)' },
          attributes: { source: '"crm"' },
        },
      }),
    );
    expect(found.fields).toEqual({ tags: 'a,b', hello: 'Hi Ada', total: 3 });
    expect(found.accessors).toEqual({ size: 2 });
    expect(found.attributes).toEqual({ source: 'crm' });
  });

  it('keeps ids beyond 2^53 digit for digit', async () => {
    api.reset((_, response) => response.end('{"id":90071992547409931234,"n":12.5}'));
    const found = await run(lead({ domain: 'x' }), company({ map: { fields: { id: 'answer.id', n: 'answer.n' } } }));
    expect(found.fields).toEqual({ id: '90071992547409931234', n: 12.5 });
  });
});

describe('an account', () => {
  it('is asked about by itself, its fields become account fields', async () => {
    api.reset((_, response) => json(response, { name: 'Acme' }));
    const found = await run(account({ domain: 'acme.example' }), company());
    expect(found.accountFields).toEqual({ companyName: 'Acme', known: true });
  });

  it('has people asked about one by one; one that fails does not drop the others', async () => {
    api.reset((request, response) =>
      request.url.endsWith('bad') ? json(response, {}, 400) : json(response, { name: request.url }),
    );
    const found = await run(group({}, { domain: 'a' }, { domain: 'bad' }, {}), company());
    expect([...(found.people?.entries() ?? [])]).toEqual([
      ['r1', { fields: { companyName: '/companies/a', known: true }, accessors: undefined }],
      ['r2', { error: { code: 'EXTERNAL_API_ERROR', message: 'the system refused the request (status 400)' } }],
      ['r3', {}],
    ]);
  });

  it('fails as a step when every person fails', async () => {
    api.reset((_, response) => json(response, {}, 403));
    await expect(run(group({}, { domain: 'a' }, { domain: 'b' }), company())).rejects.toMatchObject({
      code: 'AUTHENTICATION_FAILED',
    });
  });

  it('is asked about with its people in one request', async () => {
    const settings = {
      url: `${api.url}/accounts`,
      on: 'account',
      body: {
        json: {
          account: '{{name}}',
          mails: '{{keys}}',
          people: { $each: { mail: '{{email}}', id: '{{subject.id}}' } },
        },
      },
      map: {
        accountFields: { tier: 'answer.tier' },
        people: { items: 'answer.people', key: 'email', answerKey: 'mail', fields: { score: 'answer.score' } },
      },
    };
    api.reset((_, response) =>
      json(response, {
        tier: 'gold',
        people: [
          { mail: 'B@x.example', score: 2 },
          { mail: 'a@x.example', score: 1 },
        ],
      }),
    );
    const found = await run(
      group({ name: 'Acme' }, { email: 'a@x.example' }, { email: 'b@x.example' }, { email: 'c@x.example' }),
      settings,
    );
    expect(api.seen).toHaveLength(1);
    expect(JSON.parse(api.seen[0]?.body ?? '')).toMatchObject({
      account: 'Acme',
      mails: ['a@x.example', 'b@x.example', 'c@x.example'],
      people: [
        { mail: 'a@x.example', id: 'p1' },
        { mail: 'b@x.example', id: 'p2' },
        { mail: 'c@x.example', id: 'p3' },
      ],
    });
    expect(found.accountFields).toEqual({ tier: 'gold' });
    expect([...(found.people?.values() ?? [])].map(({ fields }) => fields)).toEqual([
      { score: 1 },
      { score: 2 },
      undefined,
    ]);
  });
});

const conformance = makeHttpWorld();
describeEnrichmentProvider(
  () => conformance.provider,
  [
    {
      name: 'a lead',
      entity: lead({ domain: 'acme.example', email: 'a@b.example' }),
      settings: company({ query: { mail: '{{email}}' }, headers: { 'x-mail': '{{email}}' } }),
    },
    { name: 'an account', entity: account({ domain: 'acme.example' }), settings: company() },
    {
      name: 'a buying group, by JSON',
      entity: group({ name: 'Acme' }, { domain: 'a' }, { domain: 'b' }),
      settings: company({ url: `${api.url}/x`, body: { json: { domain: '{{domain}}', of: 'at {{account.name}}' } } }),
    },
  ],
);
