import { parseDuration } from '../config/duration.js';
import { refuseRepeated } from './definition-names.js';
import { nameOf, type Section } from './definition-section.js';
import type { PipelineStep } from './service-definition.js';

const DEFAULT_STEP_TIMEOUT_MS = 10_000;
const MINUTE_MS = 60_000;
const STEP_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
const NAME_RULE = 'use letters, digits, - and _';

/**
 * Reads the pipeline. Whether the providers exist and like their settings is the enrichment registry's question.
 * @param timeoutMinutes the whole action's budget, which no step may exceed.
 */
export function readPipeline(parent: Section, timeoutMinutes: number): readonly PipelineStep[] {
  const items = parent.sections('pipeline', 'list at least one step, e.g. - provider: email');
  if (items.length === 0 && parent.has('pipeline')) {
    parent.problems.add(parent.at('pipeline'), 'has no steps', 'list at least one step, e.g. - provider: email');
  }
  const steps = items.map((item) => readStep(item, timeoutMinutes));
  const names = steps.map((step) => step.name);
  refuseRepeated(items, 'name', names, 'give every step a name of its own');
  return steps;
}

function readStep(item: Section, timeoutMinutes: number): PipelineStep {
  const provider = item.text('provider');
  refuseOddName(item, 'provider', provider);
  const name = item.optionalText('name');
  refuseOddName(item, 'name', name ?? '');
  return {
    name: name ?? provider,
    provider,
    required: item.flag('required', false),
    timeoutMs: readTimeout(item, timeoutMinutes),
    settings: item.mapping('settings'),
  };
}

function refuseOddName(item: Section, key: string, name: string): void {
  if (name !== '' && !STEP_NAME.test(name)) {
    item.problems.add(item.at(key), 'has characters a name cannot have', NAME_RULE);
  }
}

function readTimeout(item: Section, timeoutMinutes: number): number {
  const written = item.raw('timeout');
  if (written === undefined) {
    return DEFAULT_STEP_TIMEOUT_MS;
  }
  const path = item.at('timeout');
  if (typeof written !== 'string') {
    item.problems.add(path, `must be a duration, not ${nameOf(written)}`, 'add a unit, e.g. 500ms, 10s, 2m');
    return DEFAULT_STEP_TIMEOUT_MS;
  }
  const duration = parseDuration(written.trim());
  if (duration.kind === 'refused') {
    item.problems.add(path, duration.problem, 'write a number and a unit, e.g. 500ms, 10s, 2m');
    return DEFAULT_STEP_TIMEOUT_MS;
  }
  const budgetMs = timeoutMinutes * MINUTE_MS;
  if (duration.value < 1) {
    item.problems.add(path, `"${written}" leaves no time at all`, 'write at least 1ms');
  } else if (duration.value > budgetMs) {
    item.problems.add(path, `"${written}" is longer than the service's timeout of ${timeoutMinutes}m`, 'shorten it');
  }
  return duration.value;
}
