import { beforeAll, describe, expect, it } from 'vitest';
import { suggestDomain } from './email-typo.js';
import { EmailProvider } from '../email.provider.js';
import { loadMailHosts, type MailHosts } from './mail-hosts.js';
import { readMailLists, type MailLists } from './mail-lists.js';
import { fieldsOf } from '../providers.fixtures.js';
import { loadSuffixLibrary, type SuffixLibrary } from '../domains/suffix-library.js';

const provider = new EmailProvider();
let hosts: MailHosts;
let library: SuffixLibrary;
let lists: MailLists;

beforeAll(async () => {
  [hosts, library, lists] = await Promise.all([loadMailHosts(), loadSuffixLibrary(), readMailLists()]);
});

const words = (text: string): string[] => text.trim().split(/\s+/u);

describe('free mail', () => {
  it.each(
    words(`gmail.com ymail.com rocketmail.com hotmail.co.uk live.nl outlook.de yahoo.co.jp yahoo.com.br aol.com me.com
      gmx.at web.de t-online.de freenet.de magenta.de orange.fr wanadoo.fr free.fr laposte.net sfr.fr bbox.fr libero.it
      virgilio.it tim.it poste.it tiscali.it telia.com comhem.se bredband.net online.no sky.com btinternet.com
      virginmedia.com talktalk.net blueyonder.co.uk eircom.net ziggo.nl kpnmail.nl xs4all.nl telenet.be skynet.be
      bluewin.ch hispeed.ch aon.at chello.at op.pl wp.pl onet.pl interia.pl gazeta.pl seznam.cz centrum.cz azet.sk
      freemail.hu citromail.hu abv.bg mail.bg yahoo.ro t-com.hr siol.net ukr.net i.ua mail.ru yandex.ru rambler.ru
      inbox.lv nifty.com biglobe.ne.jp docomo.ne.jp softbank.ne.jp naver.com daum.net hanmail.net qq.com 163.com 126.com
      sina.com foxmail.com 139.com aliyun.com hinet.net singnet.com.sg bigpond.com optusnet.com.au xtra.co.nz
      rediffmail.com indiatimes.com uol.com.br bol.com.br terra.com.br globo.com prodigy.net.mx cantv.net speedy.com.ar
      comcast.net verizon.net att.net sbcglobal.net cox.net charter.net earthlink.net rogers.com sympatico.ca shaw.ca
      videotron.ca mynet.com walla.co.il maktoob.com webmail.co.za mweb.co.za posteo.de mailbox.org proton.me pm.me
      tutanota.com hey.com zoho.com fastmail.com hushmail.com konto.pl chello.sk one.lt airtelmail.in qualitynet.net
      awalnet.net.sa intnet.mu infinitum.com.mx codetel.net.do euskalnet.net tele2.it quickline.ch`),
  )('%s is free', (domain) => {
    expect(hosts.kindOf(domain)).toBe('free');
  });

  it.each(
    words(`nus.edu.sg stanford.edu purdue.edu tcd.ie soton.ac.uk liu.se uct.ac.za whu.edu.cn usask.ca tum.de ethz.ch
      saudia.com alibaba-inc.com bt.com comcast.com charter.com cox.com att.com verizon.com facebook.com meta.com
      amazon.com google.com microsoft.com apple.com ibm.com sap.com siemens.com cloud.com oath.com starbucks.com
      posteitaliane.it telefonica.com telekom.de swisscom.com gov.uk nhs.net mod.uk whitehouse.gov cern.ch bbc.co.uk
      navercorp.com tencent.com orange.com vodafone.com telenor.com example.com acme.com`),
  )('%s is corporate', (domain) => {
    expect(hosts.kindOf(domain)).toBe('corporate');
  });

  it.each(
    words(`passmail.net passinbox.com duck.com mozmail.com privaterelay.appleid.com simplelogin.com simplelogin.co
      slmail.me slmails.com aleeas.com 8alias.com dralias.com silomails.com anonaddy.com anonaddy.me addy.io
      jane.anonaddy.com jane.addymail.com 33mail.com jane.33mail.com relay.firefox.com opayq.com`),
  )('%s is a relay', async (domain) => {
    expect(await fieldsOf(provider, { email: `x9f3@${domain}` })).toMatchObject({
      emailType: 'free',
      isRelayMailbox: true,
      isCorporate: false,
      emailQuality: 60,
    });
  });

  it('says of other addresses that they are no relay', async () => {
    expect(await fieldsOf(provider, { email: 'jane@gmail.com' })).toMatchObject({ isRelayMailbox: false });
    expect(await fieldsOf(provider, { email: 'jane@acme.com' })).toMatchObject({ isRelayMailbox: false });
  });

  it.each([
    ['eu.mailinator.com', 'disposable'],
    ['yopmail.com', 'disposable'],
    ['guerrillamail.com', 'disposable'],
    ['10minutemail.com', 'disposable'],
    ['temp-mail.org', 'disposable'],
    ['mail.telia.com', 'free'],
    ['telstra.com', 'free'],
    ['team.telstra.com', 'corporate'],
    ['mail.team.telstra.com', 'corporate'],
    // The suffix is not the registrant: each of these is a domain of its own.
    ['acme.uk.com', 'corporate'],
    ['acme.dynv6.net', 'corporate'],
    ['acme.github.io', 'corporate'],
    ['acme.de.com', 'corporate'],
    ['uk.com', 'corporate'],
    ['com', 'corporate'],
  ])('%s is %s', (domain, kind) => {
    expect(hosts.kindOf(domain)).toBe(kind);
  });
});

describe('typing errors', () => {
  it.each(
    words(`ymail.com cloud.com gail.com email.com mail.com fmail.com aon.com aol.de live.co.uk love.com lite.com sky.com
      ibm.com att.com sap.com sky.de cox.com gsk.com hotmail.de hotmail.gr yahoo.de yahoo.gr yahoo.com.ph outlook.jp
      icloud-solutions.com gmx.ch gmx.org web.com webs.de me.de mac.de free.de orange.de orange.com range.fr grange.fr
      sfr.com laposte.fr telia.se libero.com liberty.it ligero.it freenet.com skynet.com telenet.com navel.com nacer.com
      protonmail.ch proton.com yandex.com yandex.by naver.net daum.com qq.cn 126.com 136.com 188.com acme.vc acme.co
      acme.cm acme.om acme.cam acme.ne acme.comm.de comcast.com verizon.com chatter.net charter.com tum.de btinternet.net
      bell.com bellnet.ca rogers.net shawl.ca cogeco.com telus.com uol.com bol.com ig.com terra.com globo.tv hotmart.com`),
  )('leaves %s alone', (domain) => {
    expect(suggestDomain(domain, hosts, library)).toBeNull();
  });

  it.each([
    ['gmial.com', 'gmail.com'],
    ['gamil.com', 'gmail.com'],
    ['gnail.com', 'gmail.com'],
    ['gmal.com', 'gmail.com'],
    ['gmai.com', 'gmail.com'],
    ['gmaill.com', 'gmail.com'],
    ['gmail.co', 'gmail.com'],
    ['gmail.cm', 'gmail.com'],
    ['gmail.con', 'gmail.com'],
    ['gmail.cmo', 'gmail.com'],
    ['gmail.comm', 'gmail.com'],
    ['gmail.coom', 'gmail.com'],
    ['gmail.vom', 'gmail.com'],
    ['gmail.com.com', 'gmail.com'],
    ['gmial.con', 'gmail.com'],
    ['www.gmail.com', 'gmail.com'],
    ['yaho.com', 'yahoo.com'],
    ['yahooo.com', 'yahoo.com'],
    ['yhaoo.com', 'yahoo.com'],
    ['yahoo.con', 'yahoo.com'],
    ['yaho.co.uk', 'yahoo.co.uk'],
    ['yahoo.couk', 'yahoo.co.uk'],
    ['hotmial.com', 'hotmail.com'],
    ['hotmal.com', 'hotmail.com'],
    ['hotmai.fr', 'hotmail.fr'],
    ['hotnail.com', 'hotmail.com'],
    ['outlok.com', 'outlook.com'],
    ['outllok.com', 'outlook.com'],
    ['iclould.com', 'icloud.com'],
    ['icoud.com', 'icloud.com'],
    ['protonmial.com', 'protonmail.com'],
    ['googlemial.com', 'googlemail.com'],
    ['t-onlin.de', 't-online.de'],
    ['wanado.fr', 'wanadoo.fr'],
    ['lapsote.net', 'laposte.net'],
    ['comcst.net', 'comcast.net'],
    ['btinernet.com', 'btinternet.com'],
    ['web.dee', 'web.de'],
    ['acme.con', 'acme.com'],
    ['mail.acme.cmo', 'mail.acme.com'],
    ['acme.comx', 'acme.com'],
    ['acme.nett', 'acme.net'],
    ['acme.ogr', 'acme.org'],
    ['acme.couk', 'acme.co.uk'],
    ['acme.combr', 'acme.com.br'],
    ['acme.eud', 'acme.edu'],
  ])('takes %s for %s', (domain, meant) => {
    expect(suggestDomain(domain, hosts, library)).toBe(meant);
  });

  it('keeps what is listed, and what belongs to somebody, out of the errors', () => {
    for (const [error, host] of lists.typingErrors) {
      expect(lists.labels.has(error), error).toBe(false);
      expect(lists.labels.has(host), host).toBe(true);
    }
  });

  it('gives the type of the host that was meant', async () => {
    expect(await fieldsOf(provider, { email: 'rosa@gmial.com' })).toMatchObject({
      emailType: 'free',
      emailSuggestion: 'rosa@gmail.com',
      emailQuality: 20,
      isCorporate: false,
    });
    expect(await fieldsOf(provider, { email: 'rosa@ymail.com' })).toMatchObject({
      emailType: 'free',
      emailQuality: 60,
    });
    expect(await fieldsOf(provider, { email: 'rosa@cloud.com' })).toMatchObject({
      emailType: 'corporate',
      emailQuality: 100,
      isCorporate: true,
    });
  });

  it.each([
    ['jane@gmailcom', 'jane@gmail.com'],
    ['jane@gmail', 'jane@gmail.com'],
    ['jane@gmail,com', 'jane@gmail.com'],
    ['jane@gmail..com', 'jane@gmail.com'],
    ['jane@gmail. com', 'jane@gmail.com'],
    ['jane@@gmail.com', 'jane@gmail.com'],
    ['jane@gmail.com@gmail.com', 'jane@gmail.com'],
    ['jane@hotmailcom', 'jane@hotmail.com'],
    ['Jane@T-Online,de', 'jane@t-online.de'],
  ])('for %s, no address, suggests %s', async (email, emailSuggestion) => {
    expect(await fieldsOf(provider, { email })).toEqual({
      emailValid: false,
      emailStatus: 'invalid',
      isCorporate: false,
      emailQuality: 0,
      emailSuggestion,
    });
  });

  it.each(['jane@server.local', 'jane@localhost.localdomain', 'jane@mail.internal', 'jane@acme.lan', 'jane@x.invalid'])(
    'calls %s invalid: no mail from outside arrives there',
    async (email) => {
      expect(await fieldsOf(provider, { email })).toMatchObject({ emailStatus: 'invalid', emailValid: false });
    },
  );
});

describe('role mailboxes', () => {
  it.each(
    words(`info buero büro presse kontakt office sales sales.emea support no-reply noreply2 info2 info.de info-berlin
      customer.service customer-service hr jobs karriere bewerbung vertrieb einkauf buchhaltung sekretariat poststelle
      accueil compta comptabilité commercial recrutement ventas facturación atencionalcliente rrhh prensa pedidos vendas
      financeiro atendimento suporte comunicação amministrazione segreteria ufficiostampa fatturazione verkoop
      klantenservice administratie kundservice kundeservice salg post faktura myynti asiakaspalvelu laskutus biuro
      sekretariat sprzedaz kadry księgowość obchod podpora faktury iroda penzugy ugyfelszolgalat vanzari prodaja satis
      muhasebe bilgi iletişim zakaz reklama priemnaya kefu soumu eigyo humas lienhe info+spring donotreply do-not-reply
      mairie rathaus gemeinde accounts.payable marketing webmaster newsletter`),
  )('%s@ is one', async (local) => {
    expect(await fieldsOf(provider, { email: `${local}@acme.com` })).toMatchObject({ isRoleMailbox: true });
  });

  it.each(
    words(`jane jane.doe j.doe infoman rosa art mark.salesman joao.sales emily.post post.malone manager.tom may.smith
      teamer bill sally.contacts praxedis officer.krupke stage.door ana pia helga hellen.info marcheselli`),
  )('%s@ is a person', async (local) => {
    expect(await fieldsOf(provider, { email: `${local}@acme.com` })).toMatchObject({ isRoleMailbox: false });
  });
});

describe("the owner's own entries", () => {
  it('adds to the lists and takes off them', async () => {
    const settings = { alsoFree: ['Regional-ISP.example', '@müllernetz.de'], neverFree: ['telia.com', 'gmial.com'] };
    expect(provider.validateSettings(settings)).toEqual([]);
    const typeOf = async (email: string) => (await fieldsOf(provider, { email }, settings)).emailType;
    expect(await typeOf('a@regional-isp.example')).toBe('free');
    expect(await typeOf('a@mx.regional-isp.example')).toBe('free');
    expect(await typeOf('a@müllernetz.de')).toBe('free');
    expect(await typeOf('a@telia.com')).toBe('corporate');
    expect(await typeOf('a@mail.telia.com')).toBe('corporate');
    expect(await typeOf('a@gmail.com')).toBe('free');
    expect(await fieldsOf(provider, { email: 'a@gmial.com' }, settings)).toMatchObject({ isCorporate: true });
    // Another step with other settings is not touched.
    expect((await fieldsOf(provider, { email: 'a@telia.com' })).emailType).toBe('free');
  });

  it.each([
    [{ alsoFree: 'acme.com' }, 'settings.alsoFree must be a list of domains such as acme.com.'],
    [{ neverFree: ['acme'] }, 'settings.neverFree has "acme", which is no domain such as acme.com.'],
    [{ neverFree: [3] }, 'settings.neverFree has 3, which is no domain'],
    [{ alsoFree: ['jane@acme.com'] }, 'settings.alsoFree has "jane@acme.com", which is no domain'],
    [{ alsoFree: ['a.com'], neverFree: ['A.com'] }, 'settings.alsoFree and settings.neverFree both have a.com'],
  ])('refuses %j', (settings, problem) => {
    expect(provider.validateSettings(settings).join('\n')).toContain(problem);
  });
});

describe('the lists', () => {
  it('hold registrable domains in ASCII and lower case, no suffix, and each host once', async () => {
    expect(lists.labels.size).toBeGreaterThan(80_000);
    const relays: string[] = [];
    for (const [domain, label] of lists.labels) {
      if (!/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/u.test(domain)) throw new Error(domain);
      if (label === 'relay') relays.push(domain);
      if (label !== 'disposable' && library.parse(domain, { allowPrivateDomains: true }).domain === null) {
        throw new Error(`${domain} is a suffix`);
      }
    }
    expect(relays).toContain('duck.com');
  });
});
