import type { Enrichment, EnrichmentContext, EnrichmentProvider, EnrichmentSubject } from '../enrichment-provider.js';
import { parseEmailAddress, partsOfBrokenAddress } from './mail/email-address.js';
import { suggestDomain, suggestMailHost } from './mail/email-typo.js';
import { isUnreadable, readAnswer } from './field-values.js';
import { kindOfLabel, loadMailHosts, type MailHostKind, type MailHosts, type OwnDomains } from './mail/mail-hosts.js';
import { OWN_LISTS, ownDomains, ownListProblems } from './mail/mail-settings.js';
import { enrichTargets, scopeOf, type Finding, type Target } from './people.js';
import { isRoleMailbox } from './mail/role-mailboxes.js';
import * as step from './step-settings.js';
import { loadSuffixLibrary, type SuffixLibrary } from './domains/suffix-library.js';

const OUTPUTS = {
  normalized: 'emailNormalized',
  valid: 'emailValid',
  status: 'emailStatus',
  domain: 'emailDomain',
  type: 'emailType',
  corporate: 'isCorporate',
  role: 'isRoleMailbox',
  relay: 'isRelayMailbox',
  suggestion: 'emailSuggestion',
  quality: 'emailQuality',
} as const;

const QUALITY_OF_KIND: Readonly<Record<MailHostKind, number>> = { corporate: 100, free: 60, disposable: 10 };
const ROLE_MAILBOX_COST = 30;
const TYPO_COST = 40;

interface Plan {
  readonly from: string;
  readonly names: step.OutputNames<keyof typeof OUTPUTS>;
  readonly own: OwnDomains | null;
}

interface Lists {
  readonly hosts: MailHosts;
  readonly library: SuffixLibrary;
}

/**
 * Normalizes an e-mail address, says whether it is valid, and which kind it is: corporate, free or disposable.
 *
 * Settings: `from` (field, default `email`), `to` (renames outputs), `on` (buying groups: people or account), `alsoFree`
 * and `neverFree` (lists of domains). `status` is valid, invalid or missing; `quality` is 0 to 100; `suggestion` is the
 * address without a known typing error; its host then says the type. A relay's address has the type free.
 */
export class EmailProvider implements EnrichmentProvider {
  readonly key = 'email';
  private readonly plan = step.compileOnce((settings): Plan => ({
    from: step.fieldNameOr(settings.from, 'email'),
    names: step.outputNames(settings, OUTPUTS),
    own: ownDomains(settings),
  }));

  validateSettings(settings: step.Settings): string[] {
    return [
      ...step.unknownKeyProblems(settings, ['from', 'to', 'on', ...OWN_LISTS]),
      ...step.fieldNameProblems(settings, ['from']),
      ...step.commonProblems(settings, OUTPUTS),
      ...ownListProblems(settings),
    ];
  }

  async enrich(subject: EnrichmentSubject, settings: step.Settings, context: EnrichmentContext): Promise<Enrichment> {
    const [shipped, library] = await Promise.all([loadMailHosts(), loadSuffixLibrary()]);
    const plan = this.plan(settings);
    const lists = { hosts: plan.own === null ? shipped : shipped.with(plan.own), library };
    return enrichTargets(subject, scopeOf(settings, 'people'), context, (target) => inspect(target, plan, lists));
  }
}

function inspect({ read }: Target, { from, names }: Plan, { hosts, library }: Lists): Finding {
  const value = read(from);
  const text = readAnswer(value);
  if (text === null) {
    const status = isUnreadable(value) ? 'invalid' : 'missing';
    return { fields: step.namedFields({ valid: false, status, corporate: false, quality: 0 }, names) };
  }
  const email = parseEmailAddress(text);
  if (email === null) {
    const suggestion = suggestAddress(text, hosts);
    const status = 'invalid';
    return { fields: step.namedFields({ valid: false, status, corporate: false, suggestion, quality: 0 }, names) };
  }
  const meant = suggestDomain(email.domain, hosts, library);
  // The person has a mailbox where the error points to, not at the owner of the misspelt name.
  const label = hosts.labelOf(meant ?? email.domain);
  const type = kindOfLabel(label);
  const role = isRoleMailbox(email.local);
  const cost = (role ? ROLE_MAILBOX_COST : 0) + (meant === null ? 0 : TYPO_COST);
  return {
    fields: step.namedFields(
      {
        normalized: email.address,
        valid: true,
        status: 'valid',
        domain: email.domain,
        type,
        corporate: type === 'corporate' && meant === null,
        role,
        relay: label === 'relay',
        suggestion: meant === null ? null : `${email.local}@${meant}`,
        quality: Math.max(0, QUALITY_OF_KIND[type] - cost),
      },
      names,
    ),
  };
}

/** For what is no address at all: the one that was meant, where the rest of it can only be a well-known host. */
function suggestAddress(text: string, hosts: MailHosts): string | null {
  const parts = partsOfBrokenAddress(text);
  const host = parts === null ? null : suggestMailHost(parts.domain, hosts);
  return parts === null || host === null ? null : `${parts.local}@${host}`;
}
