import type { Enrichment, EnrichmentContext, EnrichmentProvider, EnrichmentSubject } from '../enrichment-provider.js';
import { isUnreadable, readAnswer } from './field-values.js';
import { readJobTitle } from './job-titles/job-title.js';
import { enrichTargets, scopeOf, type Finding, type Target } from './people.js';
import * as step from './step-settings.js';

const OUTPUTS = {
  seniority: 'jobSeniority',
  jobFunction: 'jobFunction',
  persona: 'jobPersona',
  status: 'jobTitleStatus',
} as const;

interface Plan {
  readonly from: readonly string[];
  readonly names: step.OutputNames<keyof typeof OUTPUTS>;
}

/**
 * Reads a job title, in one of fourteen languages, as seniority, function and buying persona.
 *
 * Settings: `from` (field or list of fields, the first that says something wins; default `jobTitle`, `title`), `to`,
 * `on`. `status` is recognized, unrecognized or missing; the other values stand in job-title-words.ts and job-title.ts.
 */
export class JobTitleProvider implements EnrichmentProvider {
  readonly key = 'job-title';
  private readonly plan = step.compileOnce((settings): Plan => ({
    from: step.fieldNamesOr(settings.from, ['jobTitle', 'title']),
    names: step.outputNames(settings, OUTPUTS),
  }));

  validateSettings(settings: step.Settings): string[] {
    return [
      ...step.unknownKeyProblems(settings, ['from', 'to', 'on']),
      ...step.fieldNameListProblems(settings, ['from']),
      ...step.commonProblems(settings, OUTPUTS),
    ];
  }

  async enrich(subject: EnrichmentSubject, settings: step.Settings, context: EnrichmentContext): Promise<Enrichment> {
    const plan = this.plan(settings);
    return enrichTargets(subject, scopeOf(settings, 'people'), context, (target) => inspect(target, plan));
  }
}

function inspect({ read }: Target, { from, names }: Plan): Finding {
  let status = 'missing';
  for (const field of from) {
    const value = read(field);
    const title = readAnswer(value);
    if (title === null) {
      if (isUnreadable(value)) status = 'unrecognized';
      continue;
    }
    const facts = readJobTitle(title);
    if (facts.seniority !== null || facts.jobFunction !== null) {
      return { fields: step.namedFields({ ...facts, status: 'recognized' }, names) };
    }
    status = 'unrecognized';
  }
  return { fields: step.namedFields({ status }, names) };
}
