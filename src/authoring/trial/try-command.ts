import type { EntityType } from '../../actions/action-input.js';
import { parseDefinition } from '../../catalog/definition-parser.js';
import type { ServiceDefinition } from '../../catalog/service-definition.js';
import { didYouMean } from '../../config/did-you-mean.js';
import { parseDuration } from '../../config/duration.js';
import { problemLine } from '../../catalog/catalog.errors.js';
import { ProviderRegistry } from '../../enrichment/provider-registry.js';
import { toJsonText } from '../../http/json-text.js';
import { RequestError } from '../../http/request-error.js';
import { type AuthoringConfig, loadAuthoringConfig } from '../authoring-config.js';
import {
  type Command,
  EXIT,
  isGiven,
  type Surroundings,
  textOption,
  textOptions,
  UsageError,
  type Words,
} from '../command.js';
import { QuietLogger } from '../quiet-logger.js';
import { readText } from '../validate/targets.js';
import { openWorkbench } from '../workbench.js';
import { readCannedAnswer, type CannedAnswer } from './canned-answers.js';
import { readGivenFile, readGivenJson, readGivenObject, splitPair } from './given-text.js';
import { hideSecrets } from './hidden-secrets.js';
import { MemoryTables } from './memory-tables.js';
import { runTrial } from './trial.js';
import type { TrialMeans } from './trial-means.js';
import { TrialNotes } from './trial-notes.js';
import { makeReport, warningsOf } from './trial-report.js';
import { type GivenSubject, toRequest } from './trial-subject.js';
import { renderTrial } from './trial-text.js';
import { watchedParts } from './watched-parts.js';

const USAGE = `Runs the pipeline of a service on one subject, without a database, and shows each step and the callback.

  npm run try -- services/x.yaml [--lead | --account | --group <subject>] [options]

  --lead <subject>           JSON, @file.json, or - for standard input: the fields of a person, or a whole execution request;
  --account <subject>        the fields of an account; --group: a list of people, or {"accountData": {…}, "people": […]}.
  --group <subject>          Without a subject, the example of the service's OpenAPI document is taken.
  --flow <JSON>              values of flow attributes;  --admin <JSON>  of global attributes
  --table <name>=@file.csv   a lookup table, read from the file; lookup steps without one are not run
  --answer <step>=<JSON>     or =@file.json: {"status": 200, "headers": {…}, "body": …} instead of asking the system
  --offline                  http steps without --answer are not run; else they really ask
  --timeout 60s              time of the action; as in the service, its last 10 % (6 s to 60 s) are kept for the callback
  --json                     the whole report as JSON
  --help, -h                 this text

Secrets come from SECRET_<NAME>, as in the service; none is shown. Caches and budgets of http steps are off. Addresses follow
the rules of the service (STEP_ALLOW_CIDRS).

Exit codes: 0 the action succeeds; 1 it fails, or is refused; 2 a mistake on the command line.
`;

const SUBJECTS: Readonly<Record<'lead' | 'account' | 'group', EntityType>> = {
  lead: 'lead',
  account: 'account',
  group: 'accountPerson',
};

async function tryService(words: Words, around: Surroundings): Promise<number> {
  const timeoutMs = readTimeout(textOption(words, 'timeout'));
  const definition = await readService(words);
  const { given, source } = await readSubject(words, definition);
  const means = await readMeans(words, definition);
  const loaded = loadAuthoringConfig(around.environment);
  const logger = new QuietLogger();
  const workbench = await openWorkbench(loaded, logger, watchedParts(means));
  try {
    refuseProblems(definition, workbench.get(ProviderRegistry));
    const request = toRequest(definition, given, callbackUrlFor(loaded));
    const trial = await runTrial(workbench, definition, request, timeoutMs);
    const warnings = [...means.tables.warnings(), ...offNotes(definition), ...warningsOf(logger.lines)];
    const report = hideSecrets(makeReport(definition, trial, source, means.notes, warnings), loaded.secrets.named);
    around.out(isGiven(words, 'json') ? `${toJsonText(report)}\n` : renderTrial(report));
    return report.outcome === 'success' ? EXIT.fine : EXIT.problems;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return refused(error, isGiven(words, 'json'), around);
  } finally {
    await workbench.close();
  }
}

async function readService({ positionals }: Words): Promise<ServiceDefinition> {
  const [file, ...others] = positionals;
  if (file === undefined) throw new UsageError('say which service, e.g. npm run try -- services/contact-quality.yaml');
  if (others.length > 0) throw new UsageError(`one service at a time: leave out ${others.join(', ')}`);
  const text = await readText(file);
  if (text === null) throw new ServiceProblems([`${file}: is not UTF-8`]);
  const parsed = parseDefinition(text, file);
  if (parsed.kind === 'valid') return parsed.definition;
  throw new ServiceProblems(parsed.problems.map(problemLine));
}

function refuseProblems({ pipeline }: ServiceDefinition, registry: ProviderRegistry): void {
  const problems = pipeline.flatMap((step) =>
    registry.findStepProblems(step).map((problem) => `step ${step.name}: ${problem}`),
  );
  if (problems.length > 0) throw new ServiceProblems(problems);
}

/** The service could not start with this file. */
class ServiceProblems extends Error {
  readonly code = 'SERVICE_INVALID';

  constructor(problems: readonly string[]) {
    super([...problems, 'npm run validate says more.'].join('\n'));
  }
}

async function readSubject(
  words: Words,
  { entityType }: ServiceDefinition,
): Promise<{ readonly given: GivenSubject; readonly source: string }> {
  const flow = await readValues(words, 'flow');
  const admin = await readValues(words, 'admin');
  const named = (Object.keys(SUBJECTS) as (keyof typeof SUBJECTS)[]).filter((name) => textOption(words, name) !== null);
  const [name, ...others] = named;
  if (others.length > 0) throw new UsageError(`one subject at a time: --${named.join(', --')}`);
  if (name === undefined) return { given: { entityType: null, value: null, flow, admin }, source: 'built-in example' };
  if (SUBJECTS[name] !== entityType) {
    const right = Object.entries(SUBJECTS).find(([, type]) => type === entityType)?.[0] ?? '';
    throw new UsageError(`the service is for ${entityType}: use --${right}`);
  }
  const text = textOption(words, name) ?? '';
  const value = await readGivenJson(`--${name}`, text);
  const source = text.startsWith('@') ? text.slice(1) : text === '-' ? 'standard input' : `--${name}`;
  return { given: { entityType, value, flow, admin }, source };
}

async function readValues(words: Words, option: string): Promise<GivenSubject['flow']> {
  const text = textOption(words, option);
  return text === null ? {} : readGivenObject(`--${option}`, text);
}

async function readMeans(words: Words, { pipeline }: ServiceDefinition): Promise<TrialMeans> {
  const tables = new MemoryTables();
  const known = pipeline
    .filter(({ provider }) => provider === 'lookup')
    .map(({ settings }) => String(settings['table']));
  for (const given of textOptions(words, 'table')) {
    const [name, path] = splitPair('--table', given, 'name=@file.csv');
    refuseUnknown('--table', name, known, 'no lookup step has the table');
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

function refuseUnknown(option: string, name: string, known: readonly string[], sentence: string): void {
  if (known.includes(name)) return;
  const near = didYouMean(name, known);
  const hint =
    near !== null ? `did you mean ${near}?` : known.length === 0 ? 'there are none' : `there are ${known.join(', ')}`;
  throw new UsageError(`${option}: ${sentence} ${name}; ${hint}`);
}

function readTimeout(text: string | null): number | null {
  if (text === null) return null;
  const duration = parseDuration(text);
  if (duration.kind === 'refused') throw new UsageError(`--timeout: ${duration.problem}; ${duration.remedy}`);
  if (duration.value < 1) throw new UsageError('--timeout must be at least 1ms');
  return duration.value;
}

/** Nothing is sent to it; it only has to be one that intake takes. */
function callbackUrlFor({ config }: AuthoringConfig): string {
  return config.environment === 'development' ? 'http://127.0.0.1/callback' : 'https://callback.adobe.io/callback';
}

function offNotes({ pipeline }: ServiceDefinition): readonly string[] {
  const off = pipeline.filter(
    ({ provider, settings }) => provider === 'http' && (settings['cache'] ?? settings['budget']),
  );
  return off.map(({ name }) => `step ${name}: its cache and budget are off in a trial`);
}

/** The service would not take the request at all. */
function refused(error: RequestError, json: boolean, around: Surroundings): number {
  const { message, status, details } = error;
  const told = details.map(({ field, message: said }) => `  ${field}: ${said}`);
  const report = { outcome: 'refused', status, reason: message, details };
  const text = [`The service would refuse the request (${status}): ${message}`, ...told].join('\n');
  around.out(json ? `${toJsonText(report)}\n` : `${text}\n`);
  return EXIT.problems;
}

/** `npm run try`. */
export const TRY: Command = {
  usage: USAGE,
  options: {
    ...{ lead: { type: 'string' }, account: { type: 'string' }, group: { type: 'string' } },
    ...{ flow: { type: 'string' }, admin: { type: 'string' }, timeout: { type: 'string' } },
    ...{ table: { type: 'string', multiple: true }, answer: { type: 'string', multiple: true } },
    ...{ offline: { type: 'boolean' }, json: { type: 'boolean' } },
  },
  run: tryService,
};
