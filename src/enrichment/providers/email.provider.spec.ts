import { describe, expect, it } from 'vitest';
import { describeEnrichmentProvider, sampleContext, sampleSubject } from '../provider-conformance.js';
import { EmailProvider } from './email.provider.js';
import { account, fieldsOf, group, lead } from './providers.fixtures.js';

const provider = new EmailProvider();

describe('EmailProvider', () => {
  it.each([
    ['jane.doe@acme.com', 'jane.doe@acme.com', 'corporate', 100],
    ['  Jane.Doe@ACME.com ', 'jane.doe@acme.com', 'corporate', 100],
    ['Jane Doe <Jane@Acme.co.uk>', 'jane@acme.co.uk', 'corporate', 100],
    ['mailto:jane@acme.com?subject=hi', 'jane@acme.com', 'corporate', 100],
    ['jane@acme.com;', 'jane@acme.com', 'corporate', 100],
    ['\u200Bjane@acme.com\uFEFF', 'jane@acme.com', 'corporate', 100],
    ['ｊａｎｅ＠ａｃｍｅ．ｃｏｍ', 'jane@acme.com', 'corporate', 100],
    ['jane @ acme.com', 'jane@acme.com', 'corporate', 100],
    ['jane+news@gmail.com', 'jane+news@gmail.com', 'free', 60],
    ['hans@gmx.de', 'hans@gmx.de', 'free', 60],
    ['li@qq.com', 'li@qq.com', 'free', 60],
    ['x@posteo.de', 'x@posteo.de', 'free', 60],
    ['x@mailinator.com', 'x@mailinator.com', 'disposable', 10],
    ['x@eu.mailinator.com', 'x@eu.mailinator.com', 'disposable', 10],
    ['info@acme.com', 'info@acme.com', 'corporate', 70],
    ['sales.emea@acme.com', 'sales.emea@acme.com', 'corporate', 70],
    ['jürgen@müller.de', 'jürgen@xn--mller-kva.de', 'corporate', 100],
    ['用户@例子.广告', '用户@xn--fsqu00a.xn--4rr70v', 'corporate', 100],
    ["o'neill@acme.ie", "o'neill@acme.ie", 'corporate', 100],
    ['anna@example.com', 'anna@example.com', 'corporate', 100],
    ['anna@aon.com', 'anna@aon.com', 'corporate', 100],
  ])('reads %j as %s, %s, quality %d', async (email, emailNormalized, emailType, emailQuality) => {
    expect(await fieldsOf(provider, { email })).toMatchObject({
      emailNormalized,
      emailType,
      emailQuality,
      emailValid: true,
      emailStatus: 'valid',
      isCorporate: emailType === 'corporate',
    });
  });

  it.each([
    ['jane@gmial.com', 'jane@gmail.com'],
    ['jane@gmail.con', 'jane@gmail.com'],
    ['jane@gmaill.com', 'jane@gmail.com'],
    ['jane@hotmal.com', 'jane@hotmail.com'],
    ['jane@yahooo.com', 'jane@yahoo.com'],
    ['jane@outlok.com', 'jane@outlook.com'],
    ['jane@gmail.com', undefined],
    ['jane@yahoo.co.uk', undefined],
    ['jane@yahoo.de', undefined],
    ['jane@gsk.com', undefined],
    ['jane@cox.com', undefined],
    ['jane@acme.vc', undefined],
  ])('for %s suggests %s', async (email, suggestion) => {
    const fields = await fieldsOf(provider, { email });
    expect(fields.emailSuggestion).toBe(suggestion);
    if (suggestion !== undefined) expect(fields.isCorporate).toBe(false);
  });

  it.each([
    'jane',
    'jane@',
    '@acme.com',
    'jane@acme',
    'a b@acme.com',
    'jane@@acme.com',
    'jane@acme..com',
    12,
    10n ** 30n,
    true,
    {},
    ['a@b.co'],
    'a'.repeat(10_000),
    `${'a'.repeat(9_990)}@acme.com`,
  ])('calls junk value %# invalid without repeating it', async (email) => {
    expect(await fieldsOf(provider, { email })).toEqual({
      emailValid: false,
      emailStatus: 'invalid',
      isCorporate: false,
      emailQuality: 0,
    });
  });

  it.each([undefined, null, '', '   ', 'n/a', 'N.A.', '-', 'none', 'unknown', '不明'])(
    'calls %j missing',
    async (email) => {
      expect(await fieldsOf(provider, email === undefined ? {} : { email })).toMatchObject({
        emailStatus: 'missing',
        emailValid: false,
      });
    },
  );

  it('reads another field and renames outputs as the settings say', async () => {
    const settings = { from: 'workEmail', to: { normalized: 'cleanEmail', status: 'workEmailStatus' } };
    expect(provider.validateSettings(settings)).toEqual([]);
    expect(await fieldsOf(provider, { workEmail: 'A@B.co' }, settings)).toMatchObject({
      cleanEmail: 'a@b.co',
      workEmailStatus: 'valid',
    });
  });

  it('prefers what an earlier step found out over what the request had', async () => {
    const fields = await fieldsOf(provider, { email: 'old@acme.com' }, {}, {}, { fields: { email: 'new@acme.com' } });
    expect(fields.emailNormalized).toBe('new@acme.com');
  });

  it('answers for every person of a buying group, in their order', async () => {
    const subject = sampleSubject(group({ email: 'hq@acme.com' }, { email: 'a@acme.com' }, {}, { email: 'zzz' }));
    const { people, accountFields } = await provider.enrich(subject, {}, sampleContext());
    expect([...(people ?? [])].map(([id, person]) => [id, person.fields?.emailStatus])).toEqual([
      ['r1', 'valid'],
      ['r2', 'missing'],
      ['r3', 'invalid'],
    ]);
    expect(accountFields).toBeUndefined();
  });

  it('looks at the account of a buying group when told so', async () => {
    const subject = sampleSubject(group({ email: 'hq@acme.com' }, { email: 'a@acme.com' }));
    const { people, accountFields } = await provider.enrich(subject, { on: 'account' }, sampleContext());
    expect(accountFields).toMatchObject({ emailNormalized: 'hq@acme.com' });
    expect(people).toBeUndefined();
  });

  it.each([
    [{ form: 'email' }, 'settings.form is not a setting'],
    [{ from: '' }, 'settings.from must be the name of a field'],
    [{ from: 3 }, 'settings.from must be the name of a field'],
    [{ to: 'x' }, 'settings.to must map'],
    [{ to: { normalised: 'x' } }, 'settings.to.normalised is not a setting'],
    [{ to: { valid: '__proto__' } }, 'settings.to.valid must be the name of a field'],
    [{ to: { valid: 'emailStatus' } }, 'gives two outputs the name emailStatus'],
    [{ on: 'people ' }, 'settings.on must be account or people'],
  ])('refuses the settings %j', (settings, problem) => {
    expect(provider.validateSettings(settings).join('\n')).toContain(problem);
  });
});

describeEnrichmentProvider(
  () => new EmailProvider(),
  [
    { name: 'a lead', entity: lead({ email: 'Jane <jane@acme.com>' }), settings: {} },
    { name: 'an account', entity: account({ mail: 'info@gmial.com' }), settings: { from: 'mail' } },
    {
      name: 'a buying group',
      entity: group({}, { email: 'a@gmail.com' }, { email: null }, { email: 'c@mailinator.com' }),
      settings: {},
    },
  ],
);
