import { meaningsOf } from '../word-lists.js';

/**
 * How far a platform's host is its own site: `never` (profiles: who names the bare host means a page of it), `front`
 * (its front page is; what lies behind belongs to its users), `apex` (all of it is; users have subdomains).
 */
export type Sharing = 'never' | 'front' | 'apex';

const HOSTS: Readonly<Record<Sharing, string>> = {
  never:
    // Networks, messengers, video
    'linkedin.com lnkd.in facebook.com fb.com fb.me m.me messenger.com instagram.com instagr.am threads.net threads.com ' +
    'twitter.com x.com t.co youtube.com youtu.be tiktok.com snapchat.com pinterest.com pin.it reddit.com redd.it quora.com ' +
    'xing.com viadeo.com vk.com vk.ru ok.ru weibo.com weibo.cn douyin.com xiaohongshu.com bilibili.com zhihu.com wechat.com ' +
    'line.me lin.ee kakao.com t.me telegram.me telegram.org wa.me whatsapp.com signal.me viber.com discord.gg discord.com ' +
    'discord.me twitch.tv vimeo.com dailymotion.com flickr.com tumblr.com mastodon.social bsky.app truthsocial.com ' +
    'rumble.com odysee.com soundcloud.com bandcamp.com mixcloud.com myspace.com meetup.com nextdoor.com clubhouse.com ' +
    // Link lists, short links, cards
    'linktr.ee lnk.bio linkin.bio bio.link bio.site beacons.ai campsite.bio taplink.cc taplink.at solo.to allmylinks.com ' +
    'about.me hoo.be msha.ke milkshake.app linkbio.co linkpop.com koji.to contactinbio.com flow.page pop.store ' +
    'heylink.me link.me lit.link litlink.com instabio.cc potofu.me popl.co hihello.me hihello.com blinq.me dot.cards ' +
    'bit.ly bitly.com tinyurl.com goo.gl ow.ly buff.ly rebrand.ly cutt.ly is.gd v.gd tiny.cc shorturl.at rb.gy s.id n9.cl ' +
    'lnk.to smarturl.it dub.sh shorte.st adf.ly u.to clck.ru vk.cc amzn.to g.co g.page g.dev ' +
    // Search engines, maps, encyclopaedias, registers of companies
    'google.com business.site page.link forms.gle wikipedia.org wikidata.org fandom.com wikimedia.org crunchbase.com ' +
    'apollo.io zoominfo.com rocketreach.co opencorporates.com foursquare.com waze.com imdb.com ' +
    'share.google ig.me max.ru naver.me kko.to apps.apple.com podcasts.apple.com itunes.apple.com ' +
    'find-and-update.company-information.service.gov.uk northdata.de northdata.com pappers.fr firmenabc.at rusprofile.ru ' +
    'list-org.com tianyancha.com qcc.com bizapedia.com moneyhouse.ch firmy.cz companieshouse.gov.uk ' +
    'angel.co wellfound.com f6s.com producthunt.com clutch.co goodfirms.co g2.com capterra.com kununu.com',
  front:
    'github.com gitlab.com bitbucket.org sourceforge.net npmjs.com pypi.org huggingface.co kaggle.com codepen.io replit.com ' +
    'medium.com substack.com behance.net dribbble.com issuu.com scribd.com slideshare.net calameo.com speakerdeck.com ' +
    'etsy.com fiverr.com upwork.com freelancer.com malt.fr malt.com malt.de 99designs.com toptal.com thumbtack.com ' +
    'houzz.com angi.com homeadvisor.com bark.com checkatrade.com yell.com yelp.com yellowpages.com gelbeseiten.de ' +
    'pagesjaunes.fr paginegialle.it herold.at local.ch europages.com kompass.com wlw.de alibaba.com made-in-china.com ' +
    'indiamart.com tradeindia.com justdial.com globalsources.com aliexpress.com taobao.com tmall.com rakuten.co.jp ' +
    'shopee.com lazada.com tokopedia.com bukalapak.com mercadolibre.com olx.com avito.ru leboncoin.fr subito.it ' +
    'gumtree.com craigslist.org mobile.de autoscout24.de immobilienscout24.de zillow.com realtor.com redfin.com ' +
    'airbnb.com booking.com tripadvisor.com opentable.com thefork.com doordash.com ubereats.com grubhub.com just-eat.com ' +
    'fresha.com treatwell.de doctolib.fr doctolib.de doctoralia.com zocdoc.com jameda.de trustpilot.com glassdoor.com ' +
    'indeed.com stepstone.de monster.com patreon.com ko-fi.com buymeacoffee.com gofundme.com kickstarter.com ' +
    'indiegogo.com gumroad.com stan.store payhip.com eventbrite.com eventbrite.de calendly.com cal.com acuityscheduling.com ' +
    'typeform.com jotform.com surveymonkey.com tally.so airtable.com coda.io miro.com figma.com canva.com trello.com ' +
    'notion.so dropbox.com box.com wetransfer.com mega.nz archive.org web.archive.org spotify.com udemy.com teachable.com ' +
    'paypal.me paypal.com cash.app venmo.com revolut.me wise.com stripe.com square.link naver.com daum.net qq.com baidu.com ' +
    'itch.io rutube.ru jd.com 1688.com wantedly.com societe.com infogreffe.fr paginasamarillas.es goudengids.nl 11880.com ' +
    'dasoertliche.de dasoertliche.com hotfrog.com pixnet.net ' +
    'sohu.com 163.com hatena.ne.jp ameblo.jp note.com fc2.com livejournal.com dzen.ru 2gis.ru yandex.ru teletype.in telegra.ph',
  apex:
    'wordpress.com wixsite.com wix.com editorx.io weebly.com squarespace.com webflow.io webflow.com godaddysites.com ' +
    'jimdo.com jimdofree.com jimdosite.com jimdoweb.com site123.me site123.com webnode.com webnode.page strikingly.com mystrikingly.com ' +
    'ucraft.com ucraft.net tilda.ws tilda.cc tildacdn.com carrd.co framer.website framer.site typedream.app softr.app ' +
    'bubbleapps.io bubble.io glide.page glideapps.com super.site oopy.io notion.site gitbook.io gitbook.com readthedocs.io ' +
    'durable.co mixo.io hostingersite.com zyrosite.com yolasite.com yola.com webs.com angelfire.com tripod.com geocities.com ' +
    'bravesites.com sitey.me mozello.com webador.com emyspot.com e-monsite.com over-blog.com canalblog.com blogspot.com ' +
    'blogger.com typepad.com ghost.io hashnode.dev beehiiv.com myshopify.com shopify.com bigcartel.com ecwid.com company.site ' +
    'mybigcommerce.com bigcommerce.com volusion.com prestashop.com shopware.store lightspeedhq.com square.site shoplazza.com ' +
    'storenvy.com tictail.com base.shop thebase.in stores.jp shop-pro.jp cafe24.com imweb.me sixshop.com nuvemshop.com.br ' +
    'lojaintegrada.com.br mitiendanube.com hotmart.com kajabi.com mykajabi.com teachable.com thinkific.com podia.com ' +
    'systeme.io clickfunnels.com myclickfunnels.com leadpages.co lpages.co unbounce.com unbouncepages.com instapage.com ' +
    'swipepages.net landingi.com convertkit.com kit.com ck.page mailchimp.com mailchimpsites.com mailerlite.com activehosted.com ' +
    'hubspot.com hs-sites.com hubspotpagebuilder.com hubspotusercontent.com pardot.com marketo.com mktoweb.com eloqua.com ' +
    'my.salesforce.com salesforce.com salesforce-sites.com my.site.com site.com force.com cloudforce.com documentforce.com ' +
    'salesforce-experience.com visualforce.com exacttarget.com myworkday.com myworkdayjobs.com workday.com greenhouse.io ' +
    'lever.co ashbyhq.com workable.com recruitee.com personio.de personio.com bamboohr.com teamtailor.com smartrecruiters.com ' +
    'breezy.hr jobvite.com icims.com taleo.net successfactors.com successfactors.eu zendesk.com freshdesk.com freshworks.com ' +
    'intercom.help helpscoutdocs.com atlassian.net jira.com statuspage.io service-now.com servicenow.com sharepoint.com onmicrosoft.com office.com ' +
    'microsoft.com live.com powerappsportals.com dynamics.com windows.net azurewebsites.net azure.com cloudapp.net azurestaticapps.net ' +
    'github.io gitlab.io herokuapp.com vercel.app now.sh netlify.app netlify.com pages.dev workers.dev web.app firebaseapp.com ' +
    'appspot.com run.app onrender.com fly.dev railway.app replit.app glitch.me surge.sh repl.co lovable.app bolt.host base44.app ' +
    'amazonaws.com cloudfront.net elasticbeanstalk.com amplifyapp.com awsapps.com digitaloceanspaces.com ondigitalocean.app ' +
    'slack.com zoom.us monday.com clickup.com basecamp.com odoo.com zohosites.com zohopublic.com zoho.com bitrix24.com ' +
    'bitrix24.site bitrix24.ru bitrix24.de amocrm.ru tistory.com ' +
    'no-ip.org ddns.net dyndns.org ngrok.io ngrok.app ngrok-free.app trycloudflare.com loca.lt bandzoogle.com wufoo.com ' +
    'peatix.com lu.ma splashthat.com hopin.com mobirisesite.com simdif.com websitebuilder.com tumblr.com altervista.org ' +
    'home.pl cba.pl blog.cz estranky.cz eshop-rychle.cz shoptet.cz myshoptet.com mystore.no ' +
    'lojavirtualnuvem.com.br negocio.site wpcomstaging.com wpengine.com kinsta.cloud cdn.ampproject.org easy.co ' +
    'canva.site gamma.site myportfolio.com cargo.site portfoliobox.net pixieset.com readymag.website ' +
    'hatenablog.com hatenablog.jp livedoor.jp livedoor.blog seesaa.net jugem.jp peraichi.com crayonsite.net ' +
    'goope.jp shoplineapp.com creatorlink.net haravan.com jumpseller.com empretienda.com.ar tiendanube.com ' +
    'loja2.com.br hs-sites-eu1.com hubspotpagebuilder.eu wixstudio.com wixstudio.io framer.ai framer.app ' +
    'art.blog business.blog car.blog code.blog data.blog design.blog family.blog fashion.blog film.blog ' +
    'finance.blog fitness.blog food.blog game.blog hair.blog health.blog home.blog law.blog movie.blog ' +
    'music.blog news.blog photo.blog poetry.blog politics.blog school.blog science.blog sport.blog tech.blog ' +
    'travel.blog tv.blog video.blog water.blog ' +
    'forumfree.it 000webhostapp.com infinityfreeapp.com byethost.com epizy.com rf.gd atspace.com ' +
    'ucoz.ru ucoz.com narod.ru nethouse.ru umi.ru insales.ru myinsales.ru tiu.ru prom.ua satu.kz deal.by pulscen.ru',
};

/** Brands that have the same site under many countries' suffixes (amazon.de, ebay.co.uk). */
const BRANDS: ReadonlyMap<string, Sharing> = meaningsOf<Sharing>({
  never: 'google pinterest facebook blogspot',
  apex: 'webnode zohosites',
  front:
    'amazon ebay etsy yelp tripadvisor trustpilot glassdoor indeed airbnb booking shopee lazada mercadolibre ' +
    'mercadolivre olx eventbrite houzz allegro rakuten',
});

const SHARING: ReadonlyMap<string, Sharing> = meaningsOf(HOSTS);

/**
 * The platform a host belongs to, if any, with its address there.
 *
 * @param host ASCII, lower case. @param label of the host before its public suffix, e.g. `amazon`.
 */
export function platformOf(
  host: string,
  label: string | null,
): { readonly host: string; readonly sharing: Sharing } | null {
  for (let at = host; at.includes('.'); at = at.slice(at.indexOf('.') + 1)) {
    const sharing = SHARING.get(at);
    if (sharing !== undefined) return { host: at, sharing };
  }
  const sharing = label === null ? undefined : BRANDS.get(label);
  return sharing === undefined ? null : { host, sharing };
}

/**
 * Suffixes of the private section under which companies register names of their own, as under a country's. Under the
 * others users have pages (github.io).
 */
const REGISTRIES: ReadonlySet<string> = new Set(
  (
    'ae.org br.com cn.com com.de com.se de.com eu.com gb.net hu.net jp.net jpn.com mex.com ru.com sa.com se.net uk.com ' +
    'uk.net us.com za.bz za.com ar.com hu.com kr.com no.com qc.com uy.com gb.com africa.com gr.com in.net web.in us.org co.com ' +
    'it.com aus.basketball nz.basketball radio.am radio.fm cc.ua inf.ua ltd.ua biz.ua co.ua pp.ua v.ua co.ca co.cz co.nl ' +
    'co.no biz.dk co.dk firm.dk reg.dk store.dk ac.ru edu.ru gov.ru int.ru mil.ru com.ru msk.ru spb.ru nov.ru net.ru org.ru ' +
    'pp.ru ru.net msk.su spb.su nov.su jozi.biz online.th shop.th eu.org co.ro shop.ro co.pl art.pl gliwice.pl krakow.pl ' +
    'poznan.pl wroc.pl zakopane.pl gda.pl gdansk.pl gdynia.pl med.pl sopot.pl co.bn priv.at biz.at info.at hk.com hk.org ' +
    'ltd.hk inc.hk name.pm sch.tf biz.wf sch.wf org.yt za.net za.org gov.nl rs.ba co.krd edu.krd biz.gl firm.ng ltd.ng gen.ng ' +
    'ngo.ng col.ng info.cx conn.uk copro.uk hosp.uk service.gov.uk campaign.gov.uk homeoffice.gov.uk api.gov.uk ' +
    'independent-inquiry.uk public-inquiry.uk biz.ng com.ki nom.ad co.business co.education co.events co.financial ' +
    'co.network co.place co.technology'
  ).split(' '),
);

/** Whether companies register names of their own under a suffix of the private section. */
export function isRegistry(suffix: string): boolean {
  return REGISTRIES.has(suffix) || suffix.endsWith('.eu.org');
}
