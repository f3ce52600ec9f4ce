import { didYouMean } from '../config/did-you-mean.js';
import { readCondition } from './condition-reader.js';
import { readName } from './definition-names.js';
import type { Section } from './definition-section.js';
import type { AccessorDefinition, Waterfall } from './service-definition.js';

const EXAMPLE = 'list the steps below it, e.g. - provider: lookup';
const NOTHING: ReadonlySet<string> = new Set();
/** Keys of a step that a waterfall has no use for. */
const OF_STEPS = ['provider', 'settings', 'timeout'] as const;

/** A search and the sections of its steps. */
export interface ReadWaterfall {
  readonly waterfall: Waterfall;
  readonly items: readonly Section[];
}

/** Reads `waterfall:` with what stands beside it. */
export function readWaterfall(item: Section, accessors: readonly AccessorDefinition[]): ReadWaterfall {
  for (const key of OF_STEPS.filter((key) => item.has(key))) {
    item.problems.add(item.at(key), 'does not go with waterfall', 'write it into a step of the waterfall');
  }
  const items = item.sections('waterfall');
  if (items.length < 2) {
    const reason = items.length === 0 ? 'has no steps' : 'has one step only, so nothing comes after it';
    item.problems.add(
      item.at('waterfall'),
      reason,
      items.length === 0 ? EXAMPLE : 'add a second one, or write the step alone',
    );
  }
  const until = readName(item, 'until', NOTHING);
  const name = item.optionalText('name');
  const when = readCondition(item);
  const waterfall: Waterfall = {
    name: name ?? until,
    until,
    accessor: readAccessor(item, accessors),
    required: item.flag('required', false),
    ...(when !== undefined && { when }),
  };
  for (const step of items) refuseInside(step);
  return { waterfall, items };
}

/** Reports an accessor that cannot take one of the steps' names. */
export function checkFinderNames(
  item: Section,
  { accessor }: Waterfall,
  names: readonly string[],
  accessors: readonly AccessorDefinition[],
): void {
  const allowed = accessors.find(({ accessorName }) => accessorName === accessor)?.allowedValues ?? null;
  if (allowed === null || allowed.length === 0) return;
  for (const name of names.filter((name) => name !== '' && !allowed.includes(name))) {
    const remedy = `add "${name}" to allowedValues of ${accessor}`;
    item.problems.add(item.at('accessor'), `cannot say "${name}", which finds the field`, remedy);
  }
}

function readAccessor(item: Section, accessors: readonly AccessorDefinition[]): string | null {
  const name = item.optionalText('accessor');
  if (name === null || name === '') return null;
  const declared = accessors.find(({ accessorName }) => accessorName === name);
  if (declared === undefined) {
    const near = didYouMean(
      name,
      accessors.map(({ accessorName }) => accessorName),
    );
    const remedy = near === null ? 'declare it in invocationPayloadDef.accessorsMetadata' : `did you mean ${near}?`;
    item.problems.add(item.at('accessor'), `"${name}" is not an accessor of the service`, remedy);
  } else if (declared.dataType !== 'string') {
    const remedy = 'declare it with dataType: string';
    item.problems.add(
      item.at('accessor'),
      `"${name}" is of type ${declared.dataType}, and the name of a step is a text`,
      remedy,
    );
  }
  return name;
}

function refuseInside(step: Section): void {
  if (step.has('required')) {
    step.problems.add(step.at('required'), 'does not go with a step of a waterfall', 'write it beside waterfall');
  }
  if (step.has('waterfall')) {
    step.problems.add(step.at('waterfall'), 'cannot stand within a waterfall', 'list its steps here');
  }
}
