import { TitleLexicon } from './title-lexicon.js';
import { CHINESE, JAPANESE, KOREAN } from './words-cjk.js';
import { ENGLISH } from './words-english.js';
import { DUTCH, GERMAN, SWEDISH } from './words-germanic.js';
import { OFFICES } from './words-offices.js';
import { FRENCH, ITALIAN, PORTUGUESE, SPANISH } from './words-romance.js';
import { ARABIC, POLISH, RUSSIAN, TURKISH } from './words-slavic.js';

/** Where two languages share a word, the later table decides. */
const TABLES = [
  ARABIC,
  TURKISH,
  SWEDISH,
  DUTCH,
  POLISH,
  RUSSIAN,
  ITALIAN,
  PORTUGUESE,
  SPANISH,
  FRENCH,
  GERMAN,
  ENGLISH,
];

/** The words of all languages that part their words; built at the first title. */
export const titleLexicon = once(() => new TitleLexicon(TABLES));

/** The words of chief officers: "Chief Growth Officer" is of marketing, though growth alone is of no function. */
export const officeLexicon = once(() => new TitleLexicon([OFFICES]));

/** The words of Chinese, Japanese and Korean titles, with the Latin abbreviations that stand among them. */
export const cjkLexicon = once(() => new TitleLexicon([ABBREVIATIONS, KOREAN, JAPANESE, CHINESE]));

const ABBREVIATIONS = `
cLevel executive4: ceo
cLevel finance4: cfo
cLevel engineering4: cto
cLevel operations4: coo
cLevel it4: cio
cLevel marketing4: cmo
cLevel hr4: chro
cLevel security4: ciso
cLevel: cpo, cdo, cso, cco, cxo
director hr3: hrd
vicePresident: vp, svp, evp
manager: manager, leader
senior hr3: hrbp
senior operations0: pm
director: director
senior: senior, sr
entry engineering1: engineer, developer
`;

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
