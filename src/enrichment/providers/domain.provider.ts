import type { Enrichment, EnrichmentContext, EnrichmentProvider, EnrichmentSubject } from '../enrichment-provider.js';
import { companyDomain, type CompanyDomain, type NoDomain } from './domains/company-domain.js';
import { isUnreadable, readAnswer } from './field-values.js';
import { loadMailHosts, type OwnDomains } from './mail/mail-hosts.js';
import { OWN_LISTS, ownDomains, ownListProblems } from './mail/mail-settings.js';
import { enrichTargets, personLookup, scopeOf, type Finding, type Target } from './people.js';
import * as step from './step-settings.js';
import { loadSuffixLibrary } from './domains/suffix-library.js';

const OUTPUTS = {
  domain: 'companyDomain',
  website: 'companyWebsite',
  label: 'companyDomainName',
  source: 'companyDomainSource',
  found: 'hasCompanyDomain',
  status: 'companyDomainStatus',
} as const;

interface Plan {
  readonly from: readonly string[];
  readonly peopleFrom: readonly string[];
  readonly names: step.OutputNames<keyof typeof OUTPUTS>;
  readonly own: OwnDomains | null;
}

type Find = (text: string) => CompanyDomain | NoDomain;

/**
 * Finds a company's own web domain in its website or an e-mail address; never that of a free mailbox, never a page on a
 * social network or a website builder.
 *
 * Settings: `from` (field or list of fields, the first that gives a domain wins; default `website`, `companyDomain`,
 * `domain`, `email`), `peopleFrom` (buying groups, account only: e-mail field of the people; their most common company
 * domain stands in; default `email`), `to`, `on` (default account), `alsoFree` and `neverFree` (lists of domains). `status` is found, freeMail, sharedHost, invalid or
 * missing; `source` is the field the domain came from.
 */
export class DomainProvider implements EnrichmentProvider {
  readonly key = 'domain';
  private readonly plan = step.compileOnce((settings): Plan => ({
    from: step.fieldNamesOr(settings.from, ['website', 'companyDomain', 'domain', 'email']),
    peopleFrom: step.fieldNamesOr(settings.peopleFrom, ['email']),
    names: step.outputNames(settings, OUTPUTS),
    own: ownDomains(settings),
  }));

  validateSettings(settings: step.Settings): string[] {
    return [
      ...step.unknownKeyProblems(settings, ['from', 'peopleFrom', 'to', 'on', ...OWN_LISTS]),
      ...step.fieldNameListProblems(settings, ['from', 'peopleFrom']),
      ...step.commonProblems(settings, OUTPUTS),
      ...ownListProblems(settings),
    ];
  }

  async enrich(subject: EnrichmentSubject, settings: step.Settings, context: EnrichmentContext): Promise<Enrichment> {
    const [library, shipped] = await Promise.all([loadSuffixLibrary(), loadMailHosts()]);
    const plan = this.plan(settings);
    const hosts = plan.own === null ? shipped : shipped.with(plan.own);
    const find: Find = (text) => companyDomain(text, library, hosts);
    return enrichTargets(subject, scopeOf(settings, 'account'), context, (target) => {
      const found = inspect(target, plan, find);
      if (typeof found !== 'string') return found;
      const ofPeople = target.person === null ? domainOfPeople(subject, plan, find) : null;
      return ofPeople ?? { fields: step.namedFields({ found: false, status: found }, plan.names) };
    });
  }
}

function inspect({ read }: Target, { from, names }: Plan, find: Find): Finding | NoDomain | 'missing' {
  let why: NoDomain | 'missing' = 'missing';
  for (const field of from) {
    const value = read(field);
    const text = readAnswer(value);
    if (text === null) {
      if (why === 'missing' && isUnreadable(value)) why = 'invalid';
      continue;
    }
    const found = find(text);
    if (typeof found !== 'string') return domainFinding(found, field, names);
    why = found;
  }
  return why;
}

/** The company domain most people of a buying group write from; of equals, the one met first. */
function domainOfPeople({ entity, soFar }: EnrichmentSubject, { peopleFrom, names }: Plan, find: Find): Finding | null {
  if (entity.kind !== 'accountPerson') return null;
  const votes = new Map<string, { readonly found: CompanyDomain; count: number }>();
  for (const person of entity.people) {
    const read = personLookup(person, soFar);
    const text = peopleFrom.map((field) => readAnswer(read(field))).find((answer) => answer !== null);
    const found = text === undefined || text === null ? 'invalid' : find(text);
    if (typeof found === 'string') continue;
    const vote = votes.get(found.domain) ?? { found, count: 0 };
    vote.count += 1;
    votes.set(found.domain, vote);
  }
  const [winner] = [...votes.values()].sort((left, right) => right.count - left.count);
  return winner === undefined ? null : domainFinding(winner.found, 'people', names);
}

function domainFinding({ domain, label }: CompanyDomain, source: string, names: Plan['names']): Finding {
  const values = { domain, website: `https://${domain}`, label, source, found: true, status: 'found' };
  return { fields: step.namedFields(values, names) };
}
