import type { PersonOfAccount } from '../../actions/action-input.js';
import type {
  Enrichment,
  EnrichmentContext,
  EnrichmentProvider,
  EnrichmentSubject,
  PersonEnrichment,
} from '../enrichment-provider.js';
import { BUYING_ROLES, readBuyingRole, roleOfPerson, type BuyingRole } from './job-titles/buying-roles.js';
import { readAnswer } from './field-values.js';
import { flowText } from './flow-values.js';
import { readJobTitle, type JobFacts } from './job-titles/job-title.js';
import { JOB_FUNCTIONS } from './job-titles/job-title-words.js';
import { enrichTargets, type Finding, type Target } from './people.js';
import * as step from './step-settings.js';

const OUTPUTS = {
  role: 'buyingRole',
  influence: 'influence',
  decisionMaker: 'isDecisionMaker',
  completeness: 'committeeCompleteness',
  missingRoles: 'missingRoles',
  coveredRoles: 'coveredRoles',
  size: 'committeeSize',
} as const;

/** Named in `activityData`, so that an analyst can tell results of different rules apart. */
const ANALYSIS_MODEL = 'job-title-rules-1';
const DEFAULT_TARGETS = ['marketing', 'sales'];
const DEFAULT_REQUIRED: readonly BuyingRole[] = ['decisionMaker', 'economicBuyer', 'champion'];

interface Plan {
  readonly from: readonly string[];
  readonly targetFunctions: readonly string[];
  readonly requiredRoles: readonly BuyingRole[];
  readonly flowAttribute: string | null;
  readonly names: step.OutputNames<keyof typeof OUTPUTS>;
}

/**
 * Finds each person's part in a purchase by their job title, and how complete an account's buying committee is.
 *
 * Settings: `from` (field or list of fields with the title, default `jobTitle`, `title`), `targetFunctions` (job
 * functions the product is for, default marketing and sales), `requiredRoles` (default decisionMaker, economicBuyer,
 * champion), `requiredRolesFlowAttribute` (flow attribute with a comma list that replaces them), `to`.
 * A lead gets role and influence (0 to 100); a buying group also completeness (0 to 100), missing and covered roles and
 * the attributes analysisModel, leadsAnalyzed and rolesIdentified; an account without people gets nothing.
 */
export class BuyingRoleProvider implements EnrichmentProvider {
  readonly key = 'buying-role';
  private readonly plan = step.compileOnce((settings): Plan => ({
    from: step.fieldNamesOr(settings.from, ['jobTitle', 'title']),
    targetFunctions: textsOr(settings.targetFunctions, DEFAULT_TARGETS),
    requiredRoles: rolesIn(textsOr(settings.requiredRoles, DEFAULT_REQUIRED)),
    flowAttribute: step.isFieldName(settings.requiredRolesFlowAttribute) ? settings.requiredRolesFlowAttribute : null,
    names: step.outputNames(settings, OUTPUTS),
  }));

  validateSettings(settings: step.Settings): string[] {
    return [
      ...step.unknownKeyProblems(settings, [
        'from',
        'targetFunctions',
        'requiredRoles',
        'requiredRolesFlowAttribute',
        'to',
      ]),
      ...step.fieldNameListProblems(settings, ['from']),
      ...step.fieldNameProblems(settings, ['requiredRolesFlowAttribute']),
      ...step.choiceProblems(settings, 'targetFunctions', JOB_FUNCTIONS),
      ...step.choiceProblems(settings, 'requiredRoles', BUYING_ROLES),
      ...step.commonProblems(settings, OUTPUTS),
    ];
  }

  async enrich(subject: EnrichmentSubject, settings: step.Settings, context: EnrichmentContext): Promise<Enrichment> {
    const plan = this.plan(settings);
    if (subject.entity.kind === 'account') return {};
    const found = await enrichTargets(subject, 'people', context, (target) => inspect(target, plan));
    if (subject.entity.kind === 'lead' || found.people === undefined) return found;
    return withCommittee(subject.entity.people, found.people, requiredBy(context, plan), plan);
  }
}

function inspect({ read, person }: Target, plan: Plan): Finding {
  const { role, influence } = roleOfPerson(jobOf(read, plan), person?.isEmployee ?? null, plan.targetFunctions);
  return { fields: step.namedFields({ role, influence, decisionMaker: role === 'decisionMaker' }, plan.names) };
}

function jobOf(read: Target['read'], { from }: Plan): JobFacts {
  let facts: JobFacts = { seniority: null, jobFunction: null, persona: null };
  for (const field of from) {
    const title = readAnswer(read(field));
    if (title !== null) facts = readJobTitle(title);
    if (facts.seniority !== null || facts.jobFunction !== null) return facts;
  }
  return facts;
}

function withCommittee(
  everyone: readonly PersonOfAccount[],
  people: ReadonlyMap<string, PersonEnrichment>,
  required: readonly BuyingRole[],
  { names }: Plan,
): Enrichment {
  const roles = [...people.values()].map((person) => person.fields?.[names.role]);
  const covered = BUYING_ROLES.filter((role) => roles.includes(role));
  const missing = required.filter((role) => !covered.includes(role));
  const size = roles.filter((role) => typeof role === 'string' && role !== 'unknown').length;
  const completeness =
    required.length === 0 ? 100 : Math.round(((required.length - missing.length) / required.length) * 100);
  const committee = step.namedFields({ completeness }, names);
  // Split paths of a buying group are taken by person: each of them carries the committee's state as well.
  const withAccessors = [...people].map(([relId, person]): [string, PersonEnrichment] => [
    relId,
    { ...person, accessors: { ...person.fields, ...committee } },
  ]);
  return {
    people: new Map(withAccessors),
    accountFields: step.namedFields(
      { completeness, missingRoles: missing.join(', '), coveredRoles: covered.join(', '), size },
      names,
    ),
    attributes: { analysisModel: ANALYSIS_MODEL, leadsAnalyzed: everyone.length, rolesIdentified: covered.length },
  };
}

/** The roles the journey's author asked for, if any of them is known, else those of the settings. */
function requiredBy(context: EnrichmentContext, { flowAttribute, requiredRoles }: Plan): readonly BuyingRole[] {
  const stated = flowAttribute === null ? null : flowText(context, flowAttribute);
  const roles = stated === null ? [] : rolesIn(stated.split(/[,;|]/u));
  return roles.length > 0 ? roles : requiredRoles;
}

function rolesIn(texts: readonly string[]): readonly BuyingRole[] {
  return [...new Set(texts.map(readBuyingRole).filter((role) => role !== null))];
}

function textsOr(value: unknown, fallback: readonly string[]): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : fallback;
}
