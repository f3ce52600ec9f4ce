import {
  COMPANIES,
  DISPOSABLE_MAIL,
  FREE_MAIL,
  JOB_TITLES,
  MISTYPED_MAIL,
  ORIGINS,
  USELESS_VALUES,
  type Company,
  type Origin,
} from './name-lists.js';
import { SeededRandom } from './random.js';

/** How an id stands on the wire: integers beyond 2^53 are `bigint`. */
export type WireId = string | number | bigint;

/** Values by a name's letters in lower case; a service's fields are looked up in it. Missing ones were left empty. */
export type ValuePool = Readonly<Record<string, string | number | boolean>>;

export interface GeneratedEntity {
  readonly id: WireId;
  readonly values: ValuePool;
}

export interface GeneratedPerson extends GeneratedEntity {
  readonly relId: WireId;
  readonly isEmployee: boolean;
}

export interface GeneratedGroup {
  /** The account; its id may be a CRM's text while the relationships carry `accountId`. */
  readonly account: GeneratedEntity;
  readonly accountId: WireId;
  readonly people: readonly GeneratedPerson[];
}

/** A made-up person, the same for the same seed and index. */
export function generateLead(seed: string, index: number): GeneratedEntity {
  const random = new SeededRandom(`${seed}/lead/${index}`);
  return { id: idFor(1_000_000, index, 'crm-lead'), values: personValues(random, random.pick(COMPANIES)) };
}

/** A made-up company, the same for the same seed and index. */
export function generateAccount(seed: string, index: number): GeneratedEntity {
  const random = new SeededRandom(`${seed}/account/${index}`);
  return { id: idFor(50_000, index, 'crm-account'), values: companyValues(random, random.pick(COMPANIES)) };
}

/** A made-up company with two to seven of its people, the same for the same seed and index. */
export function generateGroup(seed: string, index: number): GeneratedGroup {
  const random = new SeededRandom(`${seed}/group/${index}`);
  const company = random.pick(COMPANIES);
  const accountId = index % 25 === 3 ? BigInt(Number.MAX_SAFE_INTEGER) + BigInt(index * 2) : 70_000 + index;
  const people = Array.from({ length: random.integer(2, 7) }, (_, position): GeneratedPerson => {
    const number = 100 * index + position;
    return {
      id: idFor(2_000_000, number, 'crm-person'),
      relId: position === 5 ? `rel-${number}` : 9_000_000 + number,
      isEmployee: random.chance(0.8),
      values: personValues(random, company),
    };
  });
  const account = { id: index % 25 === 7 ? `crm-account-${index}` : accountId, values: companyValues(random, company) };
  return { account, accountId, people };
}

/** Of 25 ids one is beyond 2^53, one is no number, and five are digits written as text. */
function idFor(base: number, index: number, prefix: string): WireId {
  if (index % 25 === 3) return BigInt(Number.MAX_SAFE_INTEGER) + BigInt(base) + BigInt(index);
  if (index % 25 === 7) return `${prefix}-${(base + index).toString(36)}`;
  return index % 5 === 1 ? String(base + index) : base + index;
}

function personValues(random: SeededRandom, company: Company): ValuePool {
  const origin = random.chance(0.5) ? homeOf(company, random) : random.pick(ORIGINS);
  const [given, family, mailbox] = random.pick(origin.people);
  const title = random.pick(JOB_TITLES);
  const phone = random.digits(random.pick(origin.phones));
  const country = random.chance(0.5) ? origin.country : random.pick(origin.countrySpellings);
  return leaveSomeEmpty(random, ['email'], {
    email: emailFor(random, mailbox, company),
    firstname: given,
    lastname: family,
    fullname: `${given.trim()} ${family.trim()}`,
    phone,
    phonenumber: phone,
    mobilephone: random.digits(random.pick(origin.phones)),
    country,
    countrycode: origin.country,
    city: origin.city,
    title,
    jobtitle: title,
    company: company.name,
    companyname: company.name,
    website: websiteFor(random, company),
    leadsource: random.pick(['Webinar', 'Trade show', 'Referral', 'Website']),
    leadscore: random.integer(0, 100),
    unsubscribed: random.chance(0.1),
  });
}

function companyValues(random: SeededRandom, company: Company): ValuePool {
  const origin = homeOf(company, random);
  const website = websiteFor(random, company);
  const employees = random.integer(1, 40) * 25;
  const useless = random.chance(0.03);
  const name = useless ? random.pick(USELESS_VALUES) : random.chance(0.2) ? company.name.toUpperCase() : company.name;
  return leaveSomeEmpty(random, ['companyname', 'name', 'accountname'], {
    companyname: name,
    name,
    accountname: name,
    company: name,
    website,
    domain: company.domain,
    domainname: company.domain,
    industry: company.industry,
    country: random.chance(0.5) ? origin.country : random.pick(origin.countrySpellings),
    countrycode: origin.country,
    city: origin.city,
    phone: random.digits(random.pick(origin.phones)),
    mainphone: random.digits(random.pick(origin.phones)),
    employees,
    employeecount: employees,
    numberofemployees: employees,
    annualrevenue: employees * random.integer(60, 240) * 1000,
  });
}

/** A fifth of the optional values is missing and a few are useless, as in every real database. */
function leaveSomeEmpty(random: SeededRandom, always: readonly string[], values: ValuePool): ValuePool {
  const kept = Object.entries(values).filter(([name]) => always.includes(name) || !random.chance(0.2));
  return Object.fromEntries(
    kept.map(([name, value]) =>
      always.includes(name) || typeof value !== 'string' || !random.chance(0.03)
        ? [name, value]
        : [name, random.pick(USELESS_VALUES)],
    ),
  );
}

function emailFor(random: SeededRandom, mailbox: string, company: Company): string {
  const kind = random.next();
  if (kind < 0.03) return random.pick(['not-an-email', `${mailbox}@`, `@${company.domain}`, 'n/a']);
  if (kind < 0.1) return `${random.pick(['info', 'sales', 'noreply'])}@${company.domain}`;
  if (kind < 0.18) return `${mailbox}@${random.pick(DISPOSABLE_MAIL)}`;
  if (kind < 0.26) return `${mailbox}@${random.pick(MISTYPED_MAIL)}`;
  if (kind < 0.46) return `${mailbox}${random.integer(1, 99)}@${random.pick(FREE_MAIL)}`;
  const address = `${mailbox}@${company.domain}`;
  return kind < 0.55 ? ` ${address.toUpperCase()} ` : address;
}

function websiteFor(random: SeededRandom, company: Company): string {
  return random.pick([
    company.domain,
    `www.${company.domain}`,
    `https://www.${company.domain}/`,
    `http://${company.domain}`,
  ]);
}

function homeOf(company: Company, random: SeededRandom): Origin {
  return ORIGINS.find((origin) => origin.country === company.country) ?? random.pick(ORIGINS);
}
