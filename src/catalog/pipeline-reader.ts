import { parseDuration } from '../config/duration.js';
import { refuseRepeated } from './definition-names.js';
import { nameOf, type Section } from './definition-section.js';
import { readCondition } from './condition-reader.js';
import type { AccessorDefinition, PipelineStep, Waterfall } from './service-definition.js';
import { checkFinderNames, readWaterfall } from './waterfall-reader.js';

const DEFAULT_STEP_TIMEOUT_MS = 10_000;
const MINUTE_MS = 60_000;
const STEP_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
const NAME_RULE = 'use letters, digits, - and _';

/** A step beside the section it was read from. */
interface ReadStep {
  readonly item: Section;
  readonly step: PipelineStep;
}

/**
 * Reads the pipeline; the steps of a waterfall stand in it one after the other. Whether the providers exist and like their
 * settings is the enrichment registry's question.
 * @param timeoutMinutes the whole action's budget, which no step may exceed.
 */
export function readPipeline(
  parent: Section,
  timeoutMinutes: number,
  accessors: readonly AccessorDefinition[],
): readonly PipelineStep[] {
  const items = parent.sections('pipeline', 'list at least one step, e.g. - provider: email');
  if (items.length === 0 && parent.has('pipeline')) {
    parent.problems.add(parent.at('pipeline'), 'has no steps', 'list at least one step, e.g. - provider: email');
  }
  const read = items.flatMap((item) =>
    item.keys().includes('waterfall') ? readSearch(item, timeoutMinutes, accessors) : [readStep(item, timeoutMinutes)],
  );
  const names = read.map(({ step }) => step.name);
  refuseRepeated(
    read.map(({ item }) => item),
    'name',
    names,
    'give every step a name of its own',
  );
  return read.map(({ step }) => step);
}

function readSearch(item: Section, timeoutMinutes: number, accessors: readonly AccessorDefinition[]): ReadStep[] {
  const { waterfall, items } = readWaterfall(item, accessors);
  const read = items.map((inner) => readStep(inner, timeoutMinutes, waterfall));
  const names = read.map(({ step }) => step.name);
  checkFinderNames(item, waterfall, names, accessors);
  return read;
}

function readStep(item: Section, timeoutMinutes: number, waterfall?: Waterfall): ReadStep {
  const provider = item.text('provider');
  refuseOddName(item, 'provider', provider);
  const name = item.optionalText('name');
  refuseOddName(item, 'name', name ?? '');
  const when = readCondition(item);
  const step: PipelineStep = {
    name: name ?? provider,
    provider,
    required: item.flag('required', false),
    timeoutMs: readTimeout(item, timeoutMinutes),
    settings: item.mapping('settings'),
    ...(when !== undefined && { when }),
    ...(waterfall !== undefined && { waterfall }),
  };
  return { item, step };
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
