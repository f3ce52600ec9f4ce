// Leads as a service gets them: every kind of value in several countries, good and bad. Nobody of them exists.

const FIRST_NAMES = [
  'ada',
  'LUÍS',
  'Zoë',
  'María José',
  'Jean-Luc',
  '陽菜',
  'Иван',
  'fatima',
  "D'Arcy",
  'Anneliese',
  'Nguyễn',
];
const LAST_NAMES = [
  'LOVELACE',
  'da Silva',
  'van der Berg',
  "O'Neill",
  'МИХАЙЛОВ',
  '田中',
  'Müller-Lüdenscheidt',
  'mcdonald',
  'Ruiz',
];
const DOMAINS = [
  'gmail.com',
  'example.com',
  'gmial.com',
  'mailinator.com',
  'web.de',
  'example.co.uk',
  'mail.example.org',
  'yahoo.co.jp',
  'example.edu.sg',
  'hotmail.fr',
  'acme.uk.com',
  'qq.com',
  'outlook.com',
];
const MAILBOXES = ['ada.lovelace', 'info', 'BUERO', 'j.doe+news', 'support', 'maria_ruiz', 'x'];
const COUNTRIES = [
  'Germany',
  'FR',
  'USA',
  'Deutschland',
  '日本',
  'Hong Kong, China',
  'Korea (South)',
  'UK',
  '',
  'Brasil',
  'Atlantis',
  'CHE',
];
const PHONES = [
  '+49 30 901820',
  '030 901820',
  '(646) 555-0123',
  '+33 1 23 45 67 89 poste 204',
  '0044 20 7946 0018',
  '1-800-FLOWERS',
  '+52 1 55 1234 5678',
  '+81 3-1234-5678',
  'n/a',
  '20260102',
  '',
];
const TITLES = [
  'Product Owner',
  'CFO',
  'Geschäftsführerin',
  'Directeur des ventes',
  'Senior Software Engineer',
  '销售代表',
  'Chairman of the Board',
  'Jefe de compras',
  'Intern',
  'VP Marketing & Communications',
  'Verantwortliche für Einkauf',
  'Ninja',
  '',
];
const COMPANIES = ['Example Ltd', 'ACME GmbH', 'Société Exemple SARL', 'Example, Inc.', '株式会社例', ''];

/** @returns the fields of lead `number`, always the same; neighbours differ in all of them, and no two addresses are equal. */
export function madeUpLead(number) {
  // Lists of lengths without a common divisor: combinations repeat late.
  const of = (list) => list[number % list.length];
  return {
    email: `${of(MAILBOXES)}.${number}@${of(DOMAINS)}`,
    firstName: of(FIRST_NAMES),
    lastName: of(LAST_NAMES),
    phone: of(PHONES),
    country: of(COUNTRIES),
    title: of(TITLES),
    company: of(COMPANIES),
  };
}
