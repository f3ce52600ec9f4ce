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
const USER_NAME = /^\p{Ll}{2,}\.\p{Ll}{2,}$/u;
const KEYBOARD =
  /^(?:asdf+[a-z]*|qwer[a-z]*|qwe|azerty|sdfg*|sdf|dfg[a-z]?|fgh[a-z]?|ghj[a-z]?|hjk[a-z]?|jkl[a-z]?|zxc[a-z]*|yxc[a-z]*|xcv[a-z]*|cvb[a-z]?|wasd|poiu[a-z]*|lkjh[a-z]*|asd|abc|abcd[a-z]*|йцук[а-я]*|фыва[а-я]*)$/iu;
const PRESSED = /^(?:asdf|qwert|zxcv|йцук|фыва|hjkl|lkjh)/iu;
const REPEATED = /^(\p{L})\1{2,}$|^(\p{L}{1,4})\2{2,}$|^(asd|qwe|sdf|dfg|asdf|jkl|fgh|zxc)\3+$/iu;
const COMPANY =
  /(?:^|\s)(?:ltd|limited|llc|llp|inc|incorporated|corp|corporation|gmbh|mbh|kgaa|s\.?\s?[àa]\.?\s?r\.?l|s\.?r\.?l|s\.p\.a|s\.a\.s?|s\.l\.u?|b\.v|n\.v|plc|pty|pvt|oyj|aps|sp\.? z ?o\.? ?o|s\.?r\.?o|d\.?o\.?o|kft|zrt|e\.?v|gesellschaft|holdings?|company|group|gruppe|groupe|grupo|consulting|solutions|technolog(?:y|ies)|services|software|systems|industries|enterprises|associates|ventures|agency|university|universität|universidad|université|institute|foundation|& (?:co|sons|partners?)|and (?:co|sons|partners?)|ооо|оао|зао|ао|тоо|شركة|team|department|dept|abteilung|helpdesk|reception)\.?$/iu;
const COMPANY_IN_CAPITALS = /\s(?:AG|KG|OHG|SE|AB|AS|OY|BV|NV|KK|PLC)$/u;
const COMPANY_CJK = /株式会社|有限会社|合同会社|有限公司|公司$|集团$|주식회사|\(주\)|大学$|銀行$|银行$/u;
const GENERIC = new Set(
  'info sales support admin administrator office marketing webmaster newsletter purchasing accounting buchhaltung vertrieb einkauf service kundenservice contact kontakt hr'.split(
    ' ',
  ),
);

/**
 * Tells texts that name no person: placeholders ("test", "Vorname"), keyboards ("asdf"), addresses, companies and
 * departments.
 *
 * @param text all that was typed as a name, with single spaces.
 */
export function suspect(text: string): Suspicion {
  const lower = text.toLowerCase();
  const words = lower.split(/[\s,]+/u);
  if (!/[\p{L}\p{N}]/u.test(text) || words.every((word) => NOTHING.has(word))) return 'nothing';
  if (text.length > LONGEST_NAME || words.length > MOST_WORDS) return 'suspicious';
  if (NO_NAME.test(text.replace(ORDINAL, '')) || DOMAIN.test(text)) return 'suspicious';
  if (USER_NAME.test(text) || words.some((word) => PRESSED.test(word))) return 'suspicious';
  if (PAIRS.has(lower) || words.every((word) => KEYBOARD.test(word) || REPEATED.test(word) || GENERIC.has(word))) {
    return 'suspicious';
  }
  return isCompany(text) ? 'suspicious' : null;
}

function isCompany(text: string): boolean {
  if (COMPANY.test(text) || COMPANY_CJK.test(text)) return true;
  if (COMPANY_IN_CAPITALS.test(text) && text !== text.toUpperCase()) return true;
  // "Johnson & Johnson": two people without a family name, or a company.
  return /^\S+ (?:&|and|und|et) \S+$/iu.test(text);
}
