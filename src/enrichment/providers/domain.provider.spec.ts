import type { Fields } from '../../actions/action-input.js';
import { describe, expect, it } from 'vitest';
import { describeEnrichmentProvider, sampleContext, sampleSubject } from '../provider-conformance.js';
import { DomainProvider } from './domain.provider.js';
import { account, fieldsOf, group, lead } from './providers.fixtures.js';

const provider = new DomainProvider();

describe('DomainProvider', () => {
  it.each([
    ['acme.com', 'acme.com'],
    ['https://www.acme.com/about?x=1#y', 'acme.com'],
    ['HTTP://WWW.ACME.CO.UK', 'acme.co.uk'],
    ['shop.eu.acme.com.br:8443/path', 'acme.com.br'],
    ['//acme.de/', 'acme.de'],
    ['"acme.de".', 'acme.de'],
    ['jane@mail.acme.de', 'acme.de'],
    ['https://user:pw@acme.com/', 'acme.com'],
    ['müller.de', 'xn--mller-kva.de'],
    ['http://例子.公司.cn', 'xn--fsqu00a.xn--55qx5d.cn'],
    ['ａｃｍｅ．ｃｏｍ', 'acme.com'],
  ])('finds in %j the domain %s', async (website, companyDomain) => {
    expect(await fieldsOf(provider, { website })).toMatchObject({
      companyDomain,
      companyWebsite: `https://${companyDomain}`,
      companyDomainSource: 'website',
      companyDomainStatus: 'found',
      hasCompanyDomain: true,
    });
  });

  it.each([
    ['jane@gmail.com', 'freeMail'],
    ['www.gmx.de', 'freeMail'],
    ['jane@mailinator.com', 'freeMail'],
    ['https://www.linkedin.com/company/acme', 'sharedHost'],
    ['https://facebook.com/acme', 'sharedHost'],
    ['acme.wordpress.com', 'sharedHost'],
    ['http://192.168.0.1', 'invalid'],
    ['http://[::1]/', 'invalid'],
    ['localhost', 'invalid'],
    ['acme', 'invalid'],
    ['co.uk', 'invalid'],
    ['http://', 'invalid'],
    ['we have none', 'invalid'],
    ['x'.repeat(10_000), 'invalid'],
    ['a.'.repeat(900), 'invalid'],
    [true, 'invalid'],
    [{ url: 'acme.com' }, 'invalid'],
    [null, 'missing'],
    ['n/a', 'missing'],
  ])('finds no domain in value %# of the table', async (website, companyDomainStatus) => {
    expect(await fieldsOf(provider, { website })).toEqual({ companyDomainStatus, hasCompanyDomain: false });
  });

  it('falls back from a website that is none to the e-mail address', async () => {
    const fields = await fieldsOf(provider, { website: 'linkedin.com/in/jane', email: 'jane@acme.io' });
    expect(fields).toMatchObject({ companyDomain: 'acme.io', companyDomainSource: 'email', companyDomainName: 'acme' });
  });

  it('takes the company domain most people of a buying group write from', async () => {
    const people: readonly Fields[] = [
      { email: 'a@gmail.com' },
      { email: 'b@partner.com' },
      { email: 'c@acme.com' },
      { email: 'd@acme.com' },
      {},
    ];
    const { accountFields, people: perPerson } = await provider.enrich(
      sampleSubject(group({}, ...people)),
      {},
      sampleContext(),
    );
    expect(accountFields).toMatchObject({ companyDomain: 'acme.com', companyDomainSource: 'people' });
    expect(perPerson).toBeUndefined();
  });

  it('prefers the website of the account over its people', async () => {
    const subject = sampleSubject(group({ website: 'acme.org' }, { email: 'c@other.com' }));
    expect((await provider.enrich(subject, {}, sampleContext())).accountFields).toMatchObject({
      companyDomain: 'acme.org',
    });
  });

  it('refuses settings it does not know', () => {
    expect(provider.validateSettings({ source: 'website' })).toHaveLength(1);
    expect(provider.validateSettings({ from: ['website', 3] })).toHaveLength(1);
  });
});

describeEnrichmentProvider(
  () => new DomainProvider(),
  [
    { name: 'a lead', entity: lead({ email: 'jane@acme.com' }), settings: {} },
    { name: 'an account', entity: account({ homepage: 'www.acme.co.jp' }), settings: { from: 'homepage' } },
    { name: 'a buying group', entity: group({}, { email: 'a@acme.com' }, { email: 'b@gmail.com' }), settings: {} },
    {
      name: 'the people of a buying group',
      entity: group({}, { email: 'a@acme.com' }, {}),
      settings: { on: 'people' },
    },
  ],
);
