import { tellingWords, type NameReading } from './country-data.js';
import { countryWords } from './country-key.js';

/** No country's name has more words in any language; longer texts are sentences. */
const MOST_WORDS = 16;

const ARTICLES = new Set('the la le les l el los las die der das il lo gli o a os het'.split(' '));

/** Abbreviated words: "Dem. Rep.", "St.", "Fr. Polynesia", "Cook Is.". The second reading is tried after the first. */
const ABBREVIATIONS: Readonly<Record<string, readonly [string, string?]>> = {
  afr: ['african', 'africa'],
  barb: ['barbuda'],
  br: ['british'],
  brit: ['british'],
  c: ['central'],
  dem: ['democratic'],
  dom: ['dominican'],
  e: ['east'],
  eq: ['equatorial'],
  fed: ['federated', 'federal'],
  fr: ['french'],
  geo: ['georgia'],
  gren: ['grenadines'],
  herz: ['herzegovina'],
  i: ['island'],
  is: ['islands'],
  isl: ['islands'],
  isls: ['islands'],
  mt: ['mount'],
  n: ['north', 'northern'],
  nth: ['north'],
  neth: ['netherlands'],
  pop: ['peoples'],
  prov: ['province'],
  rep: ['republic'],
  repub: ['republic'],
  s: ['south', 'southern'],
  sth: ['south'],
  st: ['saint'],
  ste: ['saint'],
  sta: ['santa'],
  sts: ['states', 'saints'],
  ter: ['territory'],
  terr: ['territory', 'territories'],
  u: ['united'],
  utd: ['united'],
  vin: ['vincent'],
  w: ['west', 'western'],
};

/** Words of a state's full name that make it a state: one of these must be there before any word is left out. */
const STATE_NOUNS = new Set(
  (
    'republic kingdom state states federation dominion principality commonwealth confederation union sultanate emirate duchy nation ' +
    'republik konigreich koenigreich bundesrepublik staat furstentum volksrepublik foderation republique royaume etat etats ' +
    'principaute republica reino estado estados principado repubblica regno stato principato republiek koninkrijk vorstendom ' +
    'volksrepubliek republika republiken republikken kungariket kongeriket kongeriget krolestwo kralovstvi cumhuriyeti ' +
    'республика королевство государство федерация республіка'
  ).split(' '),
);
const STATE_WORDS = new Set(
  (
    'of the and united federal federative federated democratic people peoples islamic arab socialist bolivarian plurinational ' +
    'independent sovereign cooperative co operative grand bundes demokratische islamische arabische vereinigte vereinigtes ' +
    'foderale sozialistische der des von federale federative democratique populaire islamique arabe socialiste bolivarienne ' +
    'plurinationale uni unie unis du de la l d et federal democratica popular islamica unida socialista bolivariana ' +
    'plurinacional del los las y popolare araba unita di della dello degli delle federativa do da dos das e democratische ' +
    'islamitische verenigde van het bolivariaanse'
  ).split(' '),
);
/** Countries that a state's full name tells apart: "Republic of China" is not China. */
const TOLD_BY_FULL_NAME = new Set(['CD', 'CG', 'CN', 'DM', 'GE', 'KP', 'KR', 'US', 'WS']);

/** Reads phrases that are a country's name and nothing else. */
export class CountryPhrases {
  constructor(private readonly byName: ReadonlyMap<string, NameReading>) {}

  /** The name as it stands, in any case, with and without accents, article and usual abbreviations. */
  read(text: string): NameReading | null {
    return this.readWords(countryWords(text), ARTICLES);
  }

  /** "Korea, Republic of": what register entries are behind the comma. An article there is a state: "Peru, IL". */
  readInverted(head: string, tail: string): NameReading | null {
    const [first, second] = [countryWords(head), countryWords(tail)];
    if (first.length === 0 || second.length === 0) return null;
    const inverted = [...second, ...first];
    // A name behind the comma is no part of a name: "Lebanon, United States".
    if (this.read(tail) !== null) return this.look(inverted) ?? this.look([...first, ...second]);
    return this.readWords(inverted, THE) ?? this.readWords([...first, ...second], THE);
  }

  /** Whether the words are a name as they stand. */
  has(key: string): boolean {
    return this.byName.has(key);
  }

  private readWords(words: readonly string[], articles: ReadonlySet<string>): NameReading | null {
    if (words.length === 0 || words.length > MOST_WORDS) return null;
    const whole = this.readOne(words, articles);
    if (whole !== null) return whole;
    for (const which of [0, 1] as const) {
      const full = expand(words, which);
      const found = full === null ? null : this.readOne(full, articles);
      if (found !== null) return found;
    }
    return null;
  }

  private readOne(words: readonly string[], articles: ReadonlySet<string>): NameReading | null {
    return (
      this.look(words) ??
      (articles.has(words[0] ?? '') ? this.look(words.slice(1)) : null) ??
      (words.at(-1) === 'the' ? this.look(words.slice(0, -1)) : null) ??
      (words[0]?.startsWith(THAI_COUNTRY) === true ? this.look([words.join('').slice(THAI_COUNTRY.length)]) : null) ??
      this.look(tellingWords(words)) ??
      this.readFullName(words)
    );
  }

  private look(words: readonly string[]): NameReading | null {
    return this.byName.get(words.join('')) ?? null;
  }

  /** "Republik Estland", "Moldova, Republic of": the full name of a state is its short name and some words more. */
  private readFullName(words: readonly string[]): NameReading | null {
    const nouns = words.filter((word) => STATE_NOUNS.has(word));
    if (nouns.length === 0 || hasUnion(words)) return null;
    const found = this.look(words.filter((word) => !STATE_NOUNS.has(word) && !STATE_WORDS.has(word)));
    if (typeof found !== 'string') return null;
    const isGeorgia = found === 'GE' && !nouns.includes('state') && !nouns.includes('states');
    return TOLD_BY_FULL_NAME.has(found) && !isGeorgia ? null : found;
  }
}

const THE = new Set(['the']);
/** "The country of", which Thai writes in front of names, without a space. */
const THAI_COUNTRY = 'ประเทศ';

/** "Georgia United States" is a place and its country, "United States of Mexico" a full name. */
function hasUnion(words: readonly string[]): boolean {
  return words.some(
    (word, at) => words[at - 1] === 'united' && (word === 'states' || word === 'kingdom') && words[at + 1] !== 'of',
  );
}

/** Null where no word is an abbreviation. Initials stay together: "U.S. Minor Outlying Is." */
function expand(words: readonly string[], which: 0 | 1): string[] | null {
  let changed = false;
  const full = joinInitials(words).map((word) => {
    const readings = Object.hasOwn(ABBREVIATIONS, word) ? ABBREVIATIONS[word] : undefined;
    if (readings === undefined) return word;
    changed = true;
    return readings[which] ?? readings[0];
  });
  return changed ? full : null;
}

function joinInitials(words: readonly string[]): string[] {
  const joined: string[] = [];
  for (const [at, word] of words.entries()) {
    const isInitial = word.length === 1 && words[at - 1]?.length === 1;
    if (isInitial) joined.push(`${joined.pop() ?? ''}${word}`);
    else joined.push(word);
  }
  return joined;
}
