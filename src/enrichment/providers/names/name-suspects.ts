import { isPlain } from './name-cleaning.js';

/** Why a text is no name of a person; null when it may be one. */
export type Suspicion = 'nothing' | 'suspicious' | null;

const LONGEST_NAME = 200;
const MOST_WORDS = 12;

const NOTHING = new Set(
  (
    'n/a na none unknown undefined anonymous test tests testing tester testtest xxx null nil nobody noname name ' +
    'firstname lastname surname fullname first last vorname nachname prénom prenom nom nombre apellido apellidos nome ' +
    'cognome sobrenome voornaam achternaam имя фамилия тест 姓名 测试 測試 テスト 테스트 fname lname user username guest customer ' +
    'dummy sample demo'
  ).split(' '),
);
// A first and a last name that forms are tried out with.
const PAIRS = new Set(
  (
    'foo bar|lorem ipsum|first last|max mustermann|erika mustermann|maxine musterfrau|fake name|no name|not applicable|' +
    'mickey mouse|donald duck|john test|test test|your name|my name|full name|first name|last name|dont know|' +
    'none none|fulano de tal|ivan ivanov ivanovich test|jan modaal'
  ).split('|'),
);
const NO_NAME = /[@\d<>{}[\]|\\^~$%*+=_\uFFFD]|https?:|www\.|Ã[\u0080-\u00BF]|&(?!\s)|(?<!\s)&/iu;
const ORDINAL = /(?<=\s)[234](?:nd|rd|th)\b\.?/giu;
const DOMAIN = /^\S+[^\s.]{2,}\.(?:com|net|org|io|co|info|biz|edu|gov|de|fr|it|es|nl|uk|us|eu)$/iu;
const USER_NAME = /^\p{L}{2,}\.\p{L}{2,}$/u;
const KEYBOARD =
  /^(?:asdf+[a-z]*|qwer[a-z]*|qwe|azerty|sdfg*|sdf|dfg[a-z]?|fgh[a-z]?|ghj[a-z]?|hjk[a-z]?|jkl[a-z]?|zxc[a-z]*|yxc[a-z]*|xcv[a-z]*|cvb[a-z]?|wasd|poiu[a-z]*|lkjh[a-z]*|asd|abc|abcd[a-z]*|йцук[а-я]*|фыва[а-я]*)$/iu;
const PRESSED = /^(?:asdf|qwert|zxcv|йцук|фыва|hjkl|lkjh)/iu;
const PRESSED_ANYWHERE = new RegExp(PRESSED.source.replace('^', '(?:^| )'), PRESSED.flags);
const REPEATED = /^x+$|^(\p{L})\1{2,}$|^(\p{L}{1,4})\2{2,}$|^(asd|qwe|sdf|dfg|asdf|jkl|fgh|zxc)\3+$/iu;
// Last words of companies and departments, none of them a family name.
const COMPANY = new Set(
  (
    'ltd limited llc llp inc incorporated corp corporation gmbh mbh kgaa sarl srl plc pty pvt oyj aps sro doo kft zrt ' +
    'gesellschaft holding holdings company group gruppe groupe grupo consulting solutions technology technologies ' +
    'services software systems industries enterprises associates ventures agency university universität universidad ' +
    'université institute foundation team department dept abteilung helpdesk reception manager assistant recruiter ' +
    'ооо оао зао ао тоо شركة'
  ).split(' '),
);
// With their dots only: without them they are names or initials.
const COMPANY_DOTTED = /\s(?:s\.?p\.a|s\.a\.s?|s\.l|b\.v|n\.v|e\.v|sp\. ?z ?o\. ?o)\.?$/iu;
const COMPANY_JOINED = /\s(?:&|and|und|et) (?:co|sons|söhne|fils|partners?)\.?$|^\S+ (?:&|and|und|et) \S+$/iu;
const COMPANY_IN_CAPITALS = /\s(?:AG|KG|OHG|SE|AB|AS|OY|BV|NV|KK|PLC)$/u;
const COMPANY_CJK = /株式会社|有限会社|合同会社|有限公司|公司$|集团$|주식회사|\(주\)|大学$|銀行$|银行$/u;
const GENERIC = new Set(
  'info sales support admin administrator office marketing webmaster newsletter purchasing accounting buchhaltung vertrieb einkauf service kundenservice contact kontakt hr'.split(
    ' ',
  ),
);

/** Whether one of two boxes holds an address or a company beside a name in the other. */
export function suspectsBox(text: string): boolean {
  if (text.includes(' ') && isCompany(text)) return true;
  return !isPlain(text) && (NO_NAME.test(text.replace(ORDINAL, '')) || DOMAIN.test(text));
}

/**
 * Tells texts that name no person: placeholders ("test", "Vorname"), keyboards ("asdf"), addresses, companies and
 * departments.
 *
 * @param text all that was typed as a name, with single spaces.
 */
export function suspect(text: string): Suspicion {
  const plain = isPlain(text);
  const lower = text.toLowerCase();
  const words = lower.split(plain ? ' ' : /[\s,]+/u);
  if ((!plain && !/[\p{L}\p{N}]/u.test(text)) || words.every((word) => NOTHING.has(word))) return 'nothing';
  if (text.length > LONGEST_NAME || words.length > MOST_WORDS) return 'suspicious';
  if (!plain && (NO_NAME.test(text.replace(ORDINAL, '')) || DOMAIN.test(text) || USER_NAME.test(text))) {
    return 'suspicious';
  }
  if (plain ? PRESSED_ANYWHERE.test(lower) : words.some((word) => PRESSED.test(word))) return 'suspicious';
  if (PAIRS.has(lower) || words.every((word) => KEYBOARD.test(word) || GENERIC.has(word) || isRepeated(word))) {
    return 'suspicious';
  }
  return isCompany(text) ? 'suspicious' : null;
}

/** The pattern looks long: nearly every word shows in its first letters that it repeats none. */
function isRepeated(word: string): boolean {
  const first = word.charCodeAt(0);
  let canBe = first > 0x7f || word === 'x';
  for (let at = 1; at <= 4 && at < word.length && !canBe; at += 1) {
    const code = word.charCodeAt(at);
    canBe = code === first || code > 0x7f;
  }
  return canBe && REPEATED.test(word);
}

function isCompany(text: string): boolean {
  const start = text.indexOf(' ');
  const end = text.lastIndexOf(' ');
  if (isCompanyWord(start < 0 ? text : text.slice(0, start), true)) return true;
  if (end >= 0 && isCompanyWord(text.slice(end + 1), false)) return true;
  if ((text.includes('.') && COMPANY_DOTTED.test(text)) || COMPANY_CJK.test(text)) return true;
  if (endsInCapital(text) && COMPANY_IN_CAPITALS.test(text) && text !== text.toUpperCase()) return true;
  // "Johnson & Johnson": two people without a family name, or a company.
  return start < end && COMPANY_JOINED.test(text);
}

function endsInCapital(text: string): boolean {
  const code = text.charCodeAt(text.length - 1);
  return code >= 0x41 && code <= 0x5a;
}

/** In front stand legal forms of Slavic and Arabic companies only: "ООО Ромашка". */
function isCompanyWord(word: string, isFirst: boolean): boolean {
  if (isFirst && /^[a-z]/iu.test(word)) return false;
  const lower = word.toLowerCase();
  return COMPANY.has(/[.,]/.test(lower) ? lower.replace(/[.,]/gu, '') : lower);
}
