import type { Enrichment, EnrichmentContext, EnrichmentProvider, EnrichmentSubject } from '../enrichment-provider.js';
import { isRoleMailbox, parseEmailAddress } from './email-address.js';
import { suggestMailHost } from './email-typo.js';
import { isUnreadable, readAnswer } from './field-values.js';
import { loadMailHosts, type MailHostKind, type MailHosts } from './mail-hosts.js';
import { enrichTargets, scopeOf, type Finding, type Target } from './people.js';
import * as step from './step-settings.js';

const OUTPUTS = {
  normalized: 'emailNormalized',
  valid: 'emailValid',
  status: 'emailStatus',
  domain: 'emailDomain',
  type: 'emailType',
  corporate: 'isCorporate',
  role: 'isRoleMailbox',
  suggestion: 'emailSuggestion',
  quality: 'emailQuality',
} as const;

const QUALITY_OF_KIND: Readonly<Record<MailHostKind, number>> = { corporate: 100, free: 60, disposable: 10 };
const ROLE_MAILBOX_COST = 30;
const TYPO_COST = 40;

interface Plan {
  readonly from: string;
  readonly names: step.OutputNames<keyof typeof OUTPUTS>;
}

/**
 * Normalizes an e-mail address, says whether it is valid, and whose it is: corporate, free or disposable.
 *
 * Settings: `from` (field, default `email`), `to` (renames outputs), `on` (buying groups: people or account).
 * `status` is valid, invalid or missing; `quality` is 0 to 100; `suggestion` is the address without a likely typo.
 */
export class EmailProvider implements EnrichmentProvider {
  readonly key = 'email';
  private readonly plan = step.compileOnce((settings): Plan => ({
    from: step.fieldNameOr(settings.from, 'email'),
    names: step.outputNames(settings, OUTPUTS),
  }));

  validateSettings(settings: step.Settings): string[] {
    return [
      ...step.unknownKeyProblems(settings, ['from', 'to', 'on']),
      ...step.fieldNameProblems(settings, ['from']),
      ...step.commonProblems(settings, OUTPUTS),
    ];
  }

  async enrich(subject: EnrichmentSubject, settings: step.Settings, context: EnrichmentContext): Promise<Enrichment> {
    const hosts = await loadMailHosts();
    const plan = this.plan(settings);
    return enrichTargets(subject, scopeOf(settings, 'people'), context, (target) => inspect(target, plan, hosts));
  }
}

function inspect({ read }: Target, { from, names }: Plan, hosts: MailHosts): Finding {
  const value = read(from);
  const text = readAnswer(value);
  if (text === null) {
    const status = isUnreadable(value) ? 'invalid' : 'missing';
    return { fields: step.namedFields({ valid: false, status, corporate: false, quality: 0 }, names) };
  }
  const email = parseEmailAddress(text);
  if (email === null) {
    return { fields: step.namedFields({ valid: false, status: 'invalid', corporate: false, quality: 0 }, names) };
  }
  const type = hosts.kindOf(email.domain);
  const role = isRoleMailbox(email.local);
  const host = suggestMailHost(email.domain);
  const cost = (role ? ROLE_MAILBOX_COST : 0) + (host === null ? 0 : TYPO_COST);
  return {
    fields: step.namedFields(
      {
        normalized: email.address,
        valid: true,
        status: 'valid',
        domain: email.domain,
        type,
        corporate: type === 'corporate' && host === null,
        role,
        suggestion: host === null ? null : `${email.local}@${host}`,
        quality: Math.max(0, QUALITY_OF_KIND[type] - cost),
      },
      names,
    ),
  };
}
