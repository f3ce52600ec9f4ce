// Settles what the sources disagree about.
import { readByHand, readEmployers, readMailboxesOnly, readTypingErrors } from './by-hand.mjs';
import { makeTypingErrors } from './typing-errors.mjs';

/** Suffixes under which institutions write: no mailbox of the public, no throw-away one. */
const INSTITUTIONS =
  /\.(?:edu|gov|mil|int|museum)$|\.(?:ac|edu|gov|gob|gouv|govt|go|gub|mil|sch|k12|school)\.[a-z]{2}$|\.k12\.[a-z]{2}\.us$/u;

/** How many sources of throw-away domains must agree, one of those that people look through among them. */
const DISPOSABLE_VOICES = 3;
const LOOKED_THROUGH = ['burner-email-providers', 'mailchecker'];
const SHORT_NAME = /^(?:[^.]{1,3}\.|[^.]{4}\.(?:com|net|org)$)/u;
/** Takes a domain up only with proof: its word is enough. */
const STRICT = 'disposable-email-domains-js';

/**
 * @param sources what readSources returns.
 * @returns `webmail`, `free`, `relay`, `disposable`, `company` (below one of the others): sorted domains, each in one of
 *   them; `typingErrors`: pairs of error and host, sorted.
 */
export function settle(sources) {
  const hand = {
    free: readByHand('free'),
    relays: readByHand('relays'),
    never: readByHand('never-free'),
    disposable: readByHand('disposable'),
  };
  const employers = new Set(readEmployers().map(({ domain }) => domain));
  const isSuffix = (domain) => sources.suffixes.getDomain(domain, { allowPrivateDomains: true }) === null;
  const isReal = (domain) => {
    const { isIcann, isPrivate } = sources.suffixes.parse(domain, { allowPrivateDomains: true });
    return isIcann === true || isPrivate === true;
  };
  const votes = (lists, domain) => Object.values(lists).filter((list) => list.has(domain)).length;
  const isDenied = (domain) =>
    hand.never.has(domain) || INSTITUTIONS.test(domain) || isSuffix(domain) || !isReal(domain);
  const kindOf = (domain) => {
    if (hand.relays.has(domain)) return 'relay';
    // Students have mailboxes there, the public has not; a city or provider that once shared its domain loses here.
    if (isUniversity(domain, sources) || employers.has(domain)) return null;
    if (hand.free.has(domain)) return 'free';
    if (hand.disposable.has(domain)) return 'disposable';
    if (isDenied(domain)) return null;
    const free = votes(sources.free, domain);
    const disposable = votes(sources.disposable, domain);
    // Companies and sites are named by mistake: there, more than half of the sources must agree.
    const enough = sources.companies.has(domain) || sources.sites.has(domain) ? 4 : 2;
    if (sources.disposable[STRICT].has(domain)) return 'disposable';
    if (free >= Math.max(enough, disposable === 0 ? 2 : disposable + 1)) return 'free';
    // Words and short names are dear: mail was thrown away there once, and a company may have them now (aver.com, next.net).
    const [name] = domain.split('.');
    if (sources.words.has(name) || SHORT_NAME.test(domain)) return null;
    const isLookedThrough = LOOKED_THROUGH.some((name) => sources.disposable[name].has(domain));
    return disposable >= DISPOSABLE_VOICES && isLookedThrough ? 'disposable' : null;
  };

  const byHand = readTypingErrors();
  const all = new Set([
    ...[...Object.values(sources.free), ...Object.values(sources.disposable)].flatMap((list) => [...list]),
    ...hand.free,
    ...hand.relays,
    ...hand.disposable,
  ]);
  const kinds = new Map();
  for (const domain of all) {
    const kind = byHand.has(domain) ? null : kindOf(domain);
    if (kind !== null) kinds.set(domain, kind);
  }
  const errors = new Map([
    ...makeTypingErrors((domain) => isTaken(domain, kinds, sources, hand, employers)),
    ...byHand,
  ]);
  // Owners of misspelt names collect mail under them, which is how these came into sources of throw-away mail.
  for (const error of errors.keys()) kinds.delete(error);

  const isMailboxOnly = readMailboxesOnly();
  const ofKind = (kind, suits = () => true) =>
    [...kinds]
      .filter(([domain, its]) => its === kind && suits(domain))
      .map(([domain]) => domain)
      .sort();
  return {
    webmail: ofKind('free', isMailboxOnly),
    free: ofKind('free', (domain) => !isMailboxOnly(domain)),
    relay: ofKind('relay'),
    company: [...new Set([...employers, ...hand.never, ...sources.universities])]
      .filter((domain) => isBelowListed(domain, kinds))
      .sort(),
    disposable: withoutCovered(ofKind('disposable'), kinds, sources.suffixes),
    typingErrors: [...errors].sort(([left], [right]) => (left < right ? -1 : 1)),
  };
}

/** Whether a domain is a university's, or under one. */
function isUniversity(domain, { universities }) {
  for (let host = domain; host.includes('.'); host = host.slice(host.indexOf('.') + 1)) {
    if (universities.has(host)) return true;
  }
  return false;
}

/** Whether a domain that looks like a typing error is somebody's all the same. */
function isTaken(domain, kinds, sources, hand, employers) {
  const [name] = domain.split('.');
  if (sources.words.has(name) || employers.has(domain) || isUniversity(domain, sources)) return true;
  if (Object.values(hand).some((list) => list.has(domain))) return true;
  if (sources.sites.has(domain) || sources.companies.has(domain)) return true;
  // The strict source knows services of that name (gotmail.com), one of free mail may: the usual errors are by hand.
  if (kinds.get(domain) === 'free' || sources.disposable[STRICT].has(domain)) return true;
  const isIn = (lists) => Object.values(lists).some((list) => list.has(domain));
  return isIn(sources.free) && !isIn(sources.disposable);
}

/** Whether a domain above this one is listed, and would speak for it: staff.isp.com below isp.com. */
function isBelowListed(domain, kinds) {
  for (let at = domain.indexOf('.'); at !== -1; at = domain.indexOf('.', at + 1)) {
    if (kinds.has(domain.slice(at + 1))) return true;
  }
  return false;
}

/** A subdomain counts as the domain above it, which is why it need not be listed. */
function withoutCovered(domains, kinds, suffixes) {
  return domains.filter((domain) => {
    const registrable = suffixes.getDomain(domain, { allowPrivateDomains: true });
    return registrable === domain || kinds.get(registrable) !== 'disposable';
  });
}
