export interface Origin {
  readonly country: string;
  /** Other ways people write the country. */
  readonly countrySpellings: readonly string[];
  /** Phone number patterns, `#` is a digit: international, national and untidy. */
  readonly phones: readonly string[];
  readonly city: string;
  /** [given name, family name, both as they stand in an e-mail address]. */
  readonly people: readonly (readonly [given: string, family: string, mailbox: string])[];
}

/** Made-up people of several countries and scripts. */
export const ORIGINS: readonly Origin[] = Object.freeze([
  {
    country: 'US',
    countrySpellings: ['United States', 'USA', 'us'],
    phones: ['+1 212 555 01##', '(415) 555-01##', '303.555.01##', '1-617-555-01##'],
    city: 'Denver',
    people: [
      ['Grace', 'Whitfield', 'grace.whitfield'],
      ['marcus', 'OKAFOR', 'marcus.okafor'],
      ['Shawna', "O'Dell", 'shawna.odell'],
      ['  Robert', 'Kim-Alvarez ', 'r.kimalvarez'],
    ],
  },
  {
    country: 'GB',
    countrySpellings: ['United Kingdom', 'Great Britain', 'UK'],
    phones: ['+44 20 7946 0###', '020 7946 0###', '07700 900###'],
    city: 'Leeds',
    people: [
      ['Imogen', 'Hartley', 'imogen.hartley'],
      ['ALASTAIR', 'MacPhee', 'alastair.macphee'],
    ],
  },
  {
    country: 'DE',
    countrySpellings: ['Germany', 'Deutschland', 'de'],
    phones: ['+49 30 23125 ###', '(030) 23125###', '0049-30-23125###'],
    city: 'Köln',
    people: [
      ['Jürgen', 'Weißmüller', 'juergen.weissmueller'],
      ['Anna-Lena', 'von der Heide', 'annalena.vdheide'],
    ],
  },
  {
    country: 'FR',
    countrySpellings: ['France', 'FRA'],
    phones: ['+33 1 99 00 ## ##', '01 99 00 ## ##', '01.99.00.##.##'],
    city: 'Lyon',
    people: [
      ['Zoé', 'Lefèvre', 'zoe.lefevre'],
      ['François', "d'Aubigné", 'f.daubigne'],
    ],
  },
  {
    country: 'JP',
    countrySpellings: ['Japan', '日本'],
    phones: ['+81 3-4560-####', '03-4560-####', '090-1790-####'],
    city: '大阪',
    people: [
      ['花子', '佐々木', 'h.sasaki'],
      ['健太', '山本', 'kenta.yamamoto'],
    ],
  },
  {
    country: 'UA',
    countrySpellings: ['Ukraine', 'Україна'],
    phones: ['+380 44 201 ## ##', '(044) 201-##-##'],
    city: 'Львів',
    people: [
      ['Оксана', 'Петренко', 'oksana.petrenko'],
      ['Дмитро', 'Ковальчук', 'd.kovalchuk'],
    ],
  },
  {
    country: 'GR',
    countrySpellings: ['Greece', 'Ελλάδα'],
    phones: ['+30 21 0123 ####', '210 123 ####'],
    city: 'Αθήνα',
    people: [['Ελένη', 'Παπαδοπούλου', 'eleni.papadopoulou']],
  },
  {
    country: 'IN',
    countrySpellings: ['India', 'भारत'],
    phones: ['+91 98765 4####', '098765-4####'],
    city: 'पुणे',
    people: [
      ['प्रिया', 'शर्मा', 'priya.sharma'],
      ['Arjun', 'Venkataraman', 'arjun.v'],
    ],
  },
  {
    country: 'EG',
    countrySpellings: ['Egypt', 'مصر'],
    phones: ['+20 2 2735 ####', '02 2735 ####'],
    city: 'القاهرة',
    people: [['ليلى', 'منصور', 'layla.mansour']],
  },
  {
    country: 'KR',
    countrySpellings: ['South Korea', '대한민국'],
    phones: ['+82 2-312-####', '02-312-####'],
    city: '서울',
    people: [['지우', '박', 'jiwoo.park']],
  },
  {
    country: 'BR',
    countrySpellings: ['Brazil', 'Brasil'],
    phones: ['+55 11 91234-####', '(11) 91234-####'],
    city: 'São Paulo',
    people: [['João', 'Gonçalves da Conceição', 'joao.goncalves']],
  },
]);

export interface Company {
  readonly name: string;
  readonly domain: string;
  readonly industry: string;
  readonly country: string;
}

/** Made-up companies. */
export const COMPANIES: readonly Company[] = Object.freeze([
  { name: 'Brightforge Dynamics, Inc.', domain: 'brightforge-dynamics.com', industry: 'Manufacturing', country: 'US' },
  { name: 'Nordwall Spedition GmbH & Co. KG', domain: 'nordwall-spedition.de', industry: 'Logistics', country: 'DE' },
  { name: 'Hartley Pruett Analytics Ltd', domain: 'hartleypruett.co.uk', industry: 'Software', country: 'GB' },
  { name: 'Société Valcrozet S.A.', domain: 'valcrozet.fr', industry: 'Retail', country: 'FR' },
  { name: '株式会社みどり精機', domain: 'midori-seiki.co.jp', industry: 'Machinery', country: 'JP' },
  { name: 'ТОВ «Дніпролан»', domain: 'dniprolan.com.ua', industry: 'Telecommunications', country: 'UA' },
  { name: 'Pragati Cloudworks Pvt. Ltd.', domain: 'pragati-cloudworks.in', industry: 'Software', country: 'IN' },
  { name: 'Jequitibá Alimentos S/A', domain: 'jequitiba-alimentos.com.br', industry: 'Food', country: 'BR' },
  { name: 'Quillmark University', domain: 'quillmark.edu', industry: 'Education', country: 'US' },
  { name: 'Sunhaven Mutual Bank', domain: 'sunhaven-mutual.com', industry: 'Banking', country: 'US' },
]);

export const JOB_TITLES: readonly string[] = Object.freeze([
  'Chief Information Officer',
  'VP of Marketing',
  'Head of Procurement',
  'Director, Revenue Operations',
  'IT Manager',
  'Senior Software Engineer',
  'Marketing Specialist',
  'Einkaufsleiterin',
  'Directeur financier',
  'CEO & Founder',
  'intern',
  'Sales Development Rep',
  'General Counsel',
]);

export const FREE_MAIL: readonly string[] = Object.freeze([
  'gmail.com',
  'yahoo.com',
  'outlook.com',
  'gmx.de',
  'qq.com',
]);

export const DISPOSABLE_MAIL: readonly string[] = Object.freeze(['mailinator.com', 'guerrillamail.com', 'yopmail.com']);

/** Domains people mistype. */
export const MISTYPED_MAIL: readonly string[] = Object.freeze(['gmial.com', 'yaho.com', 'hotmial.com', 'outlok.com']);

/** What forms collect when nobody looks: no provider can do anything with it. */
export const USELESS_VALUES: readonly string[] = Object.freeze(['n/a', '-', 'test', 'asdf', '???', 'call me']);
