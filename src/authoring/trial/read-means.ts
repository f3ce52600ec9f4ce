import type { ServiceDefinition } from '../../catalog/service-definition.js';
import { didYouMean } from '../../config/did-you-mean.js';
import { isGiven, textOptions, UsageError, type Words } from '../command.js';
import { readCannedAnswer, type CannedAnswer } from './canned-answers.js';
import { readGivenFile, readGivenJson, splitPair } from './given-text.js';
import { MemoryTables } from './memory-tables.js';
import type { TrialMeans } from './trial-means.js';
import { TrialNotes } from './trial-notes.js';

/** The stand-ins that a command line gives for tables and for systems. @throws UsageError */
export async function readMeans(words: Words, { pipeline }: ServiceDefinition): Promise<TrialMeans> {
  const tables = new MemoryTables();
  const known = pipeline
    .filter(({ provider }) => provider === 'lookup')
    .map(({ settings }) => String(settings['table']));
  // A flow step names its table itself: any may be meant.
  const isOpen = pipeline.some(({ provider }) => provider === 'table-lookup');
  for (const given of textOptions(words, 'table')) {
    const [name, path] = splitPair('--table', given, 'name=@file.csv');
    if (!isOpen) refuseUnknown('--table', name, known, 'no lookup step has the table');
    await tables.add(name, await readGivenFile('--table', path.replace(/^@/, '')));
  }
  const answers = new Map<string, CannedAnswer>();
  const steps = pipeline.filter(({ provider }) => provider === 'http').map((step) => step.name);
  for (const given of textOptions(words, 'answer')) {
    const [step, value] = splitPair('--answer', given, 'step=@file.json');
    refuseUnknown('--answer', step, steps, 'there is no http step');
    answers.set(step, readCannedAnswer(step, await readGivenJson(`--answer ${step}`, value)));
  }
  return { notes: new TrialNotes(), tables, answers, offline: isGiven(words, 'offline') };
}

/** @throws UsageError for a name that is not known, with the one that was probably meant. */
export function refuseUnknown(option: string, name: string, known: readonly string[], sentence: string): void {
  if (known.includes(name)) return;
  const near = didYouMean(name, known);
  const hint =
    near !== null ? `did you mean ${near}?` : known.length === 0 ? 'there are none' : `there are ${known.join(', ')}`;
  throw new UsageError(`${option}: ${sentence} ${name}; ${hint}`);
}
