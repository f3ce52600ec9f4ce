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
    // A provider of mailboxes is a company as well.
    ['poste.it', 'poste.it'],
    ['https://www.sky.com/', 'sky.com'],
    ['telia.com', 'telia.com'],
    ['www.telia.com/foretag', 'telia.com'],
    ['https://www.orange.fr', 'orange.fr'],
    ['t-online.de', 't-online.de'],
    ['bluewin.ch', 'bluewin.ch'],
    ['https://www.naver.com/', 'naver.com'],
    ['nifty.com', 'nifty.com'],
    ['www.wp.pl', 'wp.pl'],
    ['mail.ru', 'mail.ru'],
    ['uol.com.br', 'uol.com.br'],
    ['posteo.de', 'posteo.de'],
    ['bt.com', 'bt.com'],
    // The makers of these sites have one of their own.
    ['www.webnode.com', 'webnode.com'],
    ['wpengine.com', 'wpengine.com'],
    ['https://www.apple.com/', 'apple.com'],
    ['www.jd.com', 'jd.com'],
    // Registries of the private section.
    ['acme.uk.com', 'acme.uk.com'],
    ['https://www.acme.uk.com/en', 'acme.uk.com'],
    ['acme.us.com', 'acme.us.com'],
    ['acme.eu.com', 'acme.eu.com'],
    ['acme.co.com', 'acme.co.com'],
    ['shop.acme.de.com', 'acme.de.com'],
    ['acme.com.de', 'acme.com.de'],
    ['acme.gb.net', 'acme.gb.net'],
    ['acme.br.com', 'acme.br.com'],
    ['acme.za.com', 'acme.za.com'],
    ['acme.co.nl', 'acme.co.nl'],
    ['acme.msk.ru', 'acme.msk.ru'],
    ['acme.spb.ru', 'acme.spb.ru'],
    ['acme.co.ua', 'acme.co.ua'],
    ['acme.gda.pl', 'acme.gda.pl'],
    ['acme.fr.eu.org', 'acme.fr.eu.org'],
    // Ways of writing.
    ['www2.acme.com', 'acme.com'],
    ['acme.com.', 'acme.com'],
    ['https://acme.com.:443/a', 'acme.com'],
    ['acme.com:8080', 'acme.com'],
    ['ftp://acme.com', 'acme.com'],
    ['http:/acme.com', 'acme.com'],
    ['https//acme.com', 'acme.com'],
    ['http:acme.com', 'acme.com'],
    ['http;//acme.com', 'acme.com'],
    ['<https://acme.com>', 'acme.com'],
    ['www.straße.de', 'xn--strae-oqa.de'],
    ['xn--mller-kva.de', 'xn--mller-kva.de'],
    ['президент.рф', 'xn--d1abbgf6aiiy.xn--p1ai'],
    ['acme。co。jp', 'acme.co.jp'],
    ['https.com', 'https.com'],
    ['httpie.io', 'httpie.io'],
    ['https://http.cat/404', 'http.cat'],
    ['acme.com/@jane', 'acme.com'],
    ['https://acme.com/?q=a@b.com', 'acme.com'],
    ['mailto:jane@acme.de', 'acme.de'],
    ['Jane <jane@eu.acme.de>', 'acme.de'],
    ['acme.com, acme.de', 'acme.com'],
    ['www.acme.com www.acme.de', 'acme.com'],
    ['https://facebook.com/acme; https://acme.de/', 'acme.de'],
    ['acme.com und acme.de', 'acme.com'],
    ['acme.com | acme.at', 'acme.com'],
    // A platform's own front page, and its staff's mail.
    ['github.com', 'github.com'],
    ['https://www.squarespace.com', 'squarespace.com'],
    ['shopify.com/pricing', 'shopify.com'],
    ['https://www.salesforce.com/products', 'salesforce.com'],
    ['amazon.de', 'amazon.de'],
    ['jane@linkedin.com', 'linkedin.com'],
    ['jane@github.com', 'github.com'],
    ['jane@google.com', 'google.com'],
    ['jane@wix.com', 'wix.com'],
    ['jane@nus.edu.sg', 'nus.edu.sg'],
    ['amazonia.com/about', 'amazonia.com'],
    ['myfacebook.agency/x', 'myfacebook.agency'],
  ])('reads %j as the domain %s', async (website, companyDomain) => {
    expect(await fieldsOf(provider, { website })).toMatchObject({ companyDomain, companyDomainStatus: 'found' });
  });

  it.each([
    ['gmail.com', 'freeMail'],
    ['https://www.gmail.com', 'freeMail'],
    ['hotmail.com', 'freeMail'],
    ['outlook.com', 'freeMail'],
    ['icloud.com', 'freeMail'],
    ['web.de', 'freeMail'],
    ['mailinator.com', 'freeMail'],
    ['duck.com', 'freeMail'],
    ['jane@telia.com', 'freeMail'],
    ['jane@sky.com', 'freeMail'],
    ['mailto:jane@poste.it', 'freeMail'],
    ['jane@passmail.net', 'freeMail'],
    ['acme.free.fr', 'sharedHost'],
    ['perso.orange.fr/acme', 'sharedHost'],
    ['acme.carrd.co', 'sharedHost'],
    ['acme.webnode.cz', 'sharedHost'],
    ['acme.webnode.com.br', 'sharedHost'],
    ['acme.zohosites.eu', 'sharedHost'],
    ['acme.business.blog', 'sharedHost'],
    ['acme.1688.com', 'sharedHost'],
    ['mall.jd.com/index-1.html', 'sharedHost'],
    ['acme.negocio.site', 'sharedHost'],
    ['acme.wpengine.com', 'sharedHost'],
    ['acme.myshoptet.com', 'sharedHost'],
    ['acme.hatenablog.com', 'sharedHost'],
    ['https://apps.apple.com/app/acme', 'sharedHost'],
    ['https://www.pappers.fr/entreprise/acme', 'sharedHost'],
    ['https://www.northdata.de/acme', 'sharedHost'],
    ['ig.me/acme', 'sharedHost'],
    ['https://carrd.co/acme', 'sharedHost'],
    ['https://acme.wixsite.com/home', 'sharedHost'],
    ['acme.my.salesforce.com', 'sharedHost'],
    ['https://acme.lightning.force.com/', 'sharedHost'],
    ['https://acme.my.site.com/s', 'sharedHost'],
    ['https://t.me/acme', 'sharedHost'],
    ['t.me/acme', 'sharedHost'],
    ['linktr.ee/acme', 'sharedHost'],
    ['https://linktr.ee', 'sharedHost'],
    ['facebook.com', 'sharedHost'],
    ['https://m.facebook.com/acme', 'sharedHost'],
    ['https://de-de.facebook.com/acme', 'sharedHost'],
    ['https://www.linkedin.com/company/acme/', 'sharedHost'],
    ['de.linkedin.com/in/jane', 'sharedHost'],
    ['https://sites.google.com/view/acme', 'sharedHost'],
    ['https://google.de/maps/place/acme', 'sharedHost'],
    ['https://maps.app.goo.gl/abc', 'sharedHost'],
    ['https://acme.github.io', 'sharedHost'],
    ['github.io', 'sharedHost'],
    ['https://github.com/acme', 'sharedHost'],
    ['https://www.etsy.com/shop/acme', 'sharedHost'],
    ['https://www.amazon.co.uk/stores/acme', 'sharedHost'],
    ['https://www.ebay.de/str/acme', 'sharedHost'],
    ['https://wa.me/491701234567', 'sharedHost'],
    ['instagram.com/acme', 'sharedHost'],
    ['@acme on tiktok.com/@acme', 'invalid'],
    ['tiktok.com/@acme', 'sharedHost'],
    ['https://www.youtube.com/@acme', 'sharedHost'],
    ['https://x.com/acme', 'sharedHost'],
    ['https://vk.com/acme', 'sharedHost'],
    ['https://acme.notion.site/', 'sharedHost'],
    ['https://acme.webflow.io', 'sharedHost'],
    ['https://acme.myshopify.com', 'sharedHost'],
    ['https://acme.vercel.app', 'sharedHost'],
    ['https://acme.netlify.app', 'sharedHost'],
    ['https://acme.blogspot.com', 'sharedHost'],
    ['https://acme.blogspot.de', 'sharedHost'],
    ['https://acme.tumblr.com', 'sharedHost'],
    ['https://acme.zendesk.com', 'sharedHost'],
    ['https://acme.sharepoint.com/sites/x', 'sharedHost'],
    ['jane@acme.onmicrosoft.com', 'sharedHost'],
    ['https://acme.tilda.ws', 'sharedHost'],
    ['https://acme.jimdofree.com', 'sharedHost'],
    ['https://acme.azurewebsites.net', 'sharedHost'],
    ['https://bit.ly/3abc', 'sharedHost'],
    ['https://g.page/acme', 'sharedHost'],
    ['https://medium.com/@acme', 'sharedHost'],
    ['https://acme.substack.com', 'sharedHost'],
    ['uk.com', 'invalid'],
    ['we are on facebook.com/acme', 'invalid'],
    ['formerly acme.com', 'invalid'],
    ['facebook.com/acme, instagram.com/acme', 'sharedHost'],
    ['e.g. i.e. v1.2', 'invalid'],
    ['eu.com', 'invalid'],
    ['server.local', 'invalid'],
    ['localhost:3000', 'invalid'],
    ['acme.localhost', 'invalid'],
    ['intranet/acme', 'invalid'],
    ['10.0.0.1:8080', 'invalid'],
    ['2130706433', 'invalid'],
    ['0x7f.1', 'invalid'],
    ['http://[fe80::1]/', 'invalid'],
    ['acme.con', 'invalid'],
    ['acme..com', 'invalid'],
    ['-acme.com', 'invalid'],
    ['http://@', 'invalid'],
    ['javascript:alert(1)', 'invalid'],
    ['file:///etc/passwd', 'invalid'],
    ['C:\\Users\\jane', 'invalid'],
  ])('finds no company in %j: %s', async (website, companyDomainStatus) => {
    expect(await fieldsOf(provider, { website })).toEqual({ companyDomainStatus, hasCompanyDomain: false });
  });

  it("asks the owner's own entries too", async () => {
    const settings = { neverFree: ['telia.com'], alsoFree: ['isp.se'] };
    expect(provider.validateSettings(settings)).toEqual([]);
    expect(await fieldsOf(provider, { email: 'a@telia.com' }, settings)).toMatchObject({ companyDomain: 'telia.com' });
    expect(await fieldsOf(provider, { email: 'a@isp.se' }, settings)).toMatchObject({
      companyDomainStatus: 'freeMail',
    });
    expect(await fieldsOf(provider, { website: 'isp.se' }, settings)).toMatchObject({ companyDomain: 'isp.se' });
    expect(provider.validateSettings({ neverFree: 'telia.com' })).toHaveLength(1);
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
