import type { NameLanguage } from './name-evidence.js';
import { wordsOf } from '../word-lists.js';

/** Small wherever no language says otherwise. */
const SMALL = wordsOf(
  `van von vom zu zum zur der den dem de del da do dos das du des ter ten te op het af av ap ferch bin bint binti binte ibn ould a/l a/p
  y e i und of the ul ud ur us ad ed`,
);
/** Capital at the head of a family name, small within it: "Le Goff", "de la Cruz", "Di Stefano". */
const HEADS = wordsOf(
  'le la les lo los las di della dello delle degli dei dal dalla dalle dall dai el al ben ag aït ait san santa st',
);
/** Beside another particle only: "in 't Veld", "op den Camp", "in der Au". */
const DUTCH_PLACES = wordsOf('in op aan bij uit onder over');
const AFTER_PLACE = wordsOf("'t ’t de den der het");

/** Family names that Italians write with a capital particle, by what follows it. */
const ITALIAN = wordsOf(
  `luca angelis niro laurentiis sica crescenzo rosa santis simone marco martino filippo stefano vito giorgio giorgi lorenzo carlo gregorio benedetto
  vecchio piero bianco monte prete gaudio giudice monaco negro vita feo falco palma lucia maria masi meo napoli nicola
  paola paolo pascale pasquale renzis robertis rossi rubeis salvo sanctis siena tommaso vincenzo vitis zotti benedictis
  bernardi bernardis biase biasi blasi bono bonis caro cesare chiara chirico cicco cristofaro curtis donato fazio felice
  filippis franceschi francesco fusco gasperi gasperis gennaro grazia laurentis leo leonardis maio mattei mauro micheli
  michele mita nardi nardo palo panfilis petris pietro ponte ros rold re fra sario seta sio stefani tullio turris valle
  vivo volpi zan zotto colle corso bene bello bufalo buono carretto conte corno duca fabbro grande grosso guercio giacco
  lago maestro mastro noce papa pero pesce pino pozzo sarto sole torto vescovo`,
);
const NO_PARTICLES: ReadonlySet<NameLanguage | null> = new Set<NameLanguage>(['hu', 'ja', 'ko', 'uz', 'vi', 'zh']);
/** They begin a family name where at least a word stands before and one after. */
const STARTERS = wordsOf(
  `van von vom zu zum zur der den dem de del della delle dello degli dei di da do dos das du des le la las los el al
  bin bint binti binte ibn ben ter ten a/l a/p te het af av aït ait ag ould dal dalla dalle dai dall ó ní nic uí mhic mac mc ap ferch st saint sainte
  vande vander vanden vd v.d 't ’t freiherr freifrau graf gräfin fürst`,
);
const AFTER_SAN =
  /^(?:mart[ií]n|juan|miguel|jos[eé]|rom[aá]n|pedro|segundo|andr[eé]s|agust[ií]n|marino|giorgio|giovanni|filippo|gil|emeterio|mar[ií]a|cruz|ana|clara|rosa|olalla)$/u;
/** After "O" as a word of its own; elsewhere it is an initial. */
const AFTER_O = wordsOf(
  `brien neill neil connor conner connell sullivan reilly keefe keeffe hara leary malley rourke shea dwyer donnell
  donoghue donohue grady callaghan toole driscoll dowd hanlon kane gorman mahony meara riordan flaherty farrell halloran
  carroll doherty flynn hagan hare looney loughlin mara mahoney regan sullivan`,
);

/**
 * A particle in its usual capitals, or null for a word that is none where it stands.
 *
 * @param words all words of the name in small letters. @param at place of the word; never the last.
 */
export function caseParticle(words: readonly string[], at: number, language: NameLanguage | null): string | null {
  if (NO_PARTICLES.has(language)) return null;
  const word = words[at] ?? '';
  const before = words[at - 1];
  const isHead = before === undefined || !isLinked(before);
  if (DUTCH_PLACES.has(word) && AFTER_PLACE.has(words[at + 1] ?? ''))
    return capitalIf(word, language === 'be' && at === 0);
  if (/^['’][tns]$/u.test(word)) return word;
  if (!SMALL.has(word) && !HEADS.has(word)) return null;
  if (language === 'it' && word !== 'e') return capitalIf(word, true);
  if (word.length === 1) return at > 0 ? word : null;
  if (!isHead) return capitalIf(word, isCapitalWithin(word, before ?? '', language));
  // Flemings and Americans give the first particle a capital: "Van den Berg", "Van Dyke".
  if (
    (language === 'be' || language === 'en') &&
    at === 0 &&
    !/^(?:bin|bint|binti|binte|ibn|ap|ferch|a\/[lp])$/u.test(word)
  ) {
    return capitalIf(word, true);
  }
  if (SMALL.has(word)) return capitalIf(word, language === null && isItalian(word, words[at + 1] ?? ''));
  return capitalIf(word, !(language === 'af' && word === 'le'));
}

/** Whether a family name begins at this word of a full name, e.g. "van" or "Ó". */
export function startsFamily(words: readonly string[], at: number): boolean {
  if (at === 0 || at >= words.length - 1) return false;
  const word = (words[at] ?? '').toLowerCase().replace(/\.$/u, '');
  const next = (words[at + 1] ?? '').toLowerCase();
  if (STARTERS.has(word)) return true;
  if (word === 'san' || word === 'santa') return AFTER_SAN.test(next);
  // A short word in small letters among others with capitals: "Ngũgĩ wa Thiong'o".
  if (
    /^\p{Ll}{2}$/u.test(words[at] ?? '') &&
    /^\p{Lu}\p{Ll}/u.test(words[at - 1] ?? '') &&
    !/^(?:et|en|og|ja)$/u.test(word)
  ) {
    return true;
  }
  if (DUTCH_PLACES.has(word)) return AFTER_PLACE.has(next);
  if (word === 'lo' || word === 'li')
    return /^(?:presti|bianco|cascio|giudice|iacono|piccolo|monaco|verde|causi|re|volsi|greco|calzi)$/u.test(next);
  return word === 'o' && AFTER_O.has(next);
}

/** Whether words after a title are a family name alone: "Frau von der Leyen", "Mme de Staël". */
export function isParticleHead(words: readonly string[]): boolean {
  return words.length > 1 && startsFamily(['', ...words], 1);
}

/** Whether a word is a particle that stands small inside a family name, e.g. "de". */
export function isParticle(word: string): boolean {
  return SMALL.has(word) || HEADS.has(word);
}

function isLinked(before: string): boolean {
  return SMALL.has(before) || HEADS.has(before) || DUTCH_PLACES.has(before) || /^['’]t$/u.test(before);
}

/** "de La Fontaine" in France, "de la Cruz" elsewhere; "bin Al Saud" keeps its article. */
function isCapitalWithin(word: string, before: string, language: NameLanguage | null): boolean {
  if (word === 'san' || word === 'santa' || word === 'st' || word === 'ben' || word === 'al') return true;
  if (language === 'fr') return /^(?:la|le)$/u.test(word);
  return word === 'el' && before !== 'de';
}

function isItalian(particle: string, next: string): boolean {
  return /^(?:de|del|da)$/u.test(particle) && ITALIAN.has(next);
}

function capitalIf(word: string, isCapital: boolean): string {
  return isCapital ? word.charAt(0).toUpperCase() + word.slice(1) : word;
}
