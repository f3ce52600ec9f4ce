import { problemLine } from '../../catalog/catalog.errors.js';
import { parseDefinition } from '../../catalog/definition-parser.js';
import type { ServiceDefinition } from '../../catalog/service-definition.js';
import { parseDuration } from '../../config/duration.js';
import { ProviderRegistry } from '../../enrichment/provider-registry.js';
import { toJsonText } from '../../http/json-text.js';
import { RequestError } from '../../http/request-error.js';
import { type AuthoringConfig, loadAuthoringConfig } from '../authoring-config.js';
import { type Command, EXIT, isGiven, type Surroundings, textOption, UsageError, type Words } from '../command.js';
import { QuietLogger } from '../quiet-logger.js';
import { readText } from '../validate/targets.js';
import { openWorkbench } from '../workbench.js';
import { renderBatchTrial } from './batch-report.js';
import { toBatch } from './batch-request.js';
import { runBatchTrial } from './batch-trial.js';
import { hideSecrets } from './hidden-secrets.js';
import { readMeans } from './read-means.js';
import { readSubject, toGiven } from './read-subject.js';
import { runTrial } from './trial.js';
import { chooseDialect } from './trial-dialect.js';
import { makeReport, warningsOf } from './trial-report.js';
import { toRequest } from './trial-subject.js';
import { renderTrial } from './trial-text.js';
import { watchedParts } from './watched-parts.js';

const USAGE = `Runs the pipeline of a service on one subject, without a database, and shows each step and the callback.

  npm run try -- services/x.yaml [--lead | --account | --group <subject>] [options]

  --lead <subject>           JSON, @file.json, or - for standard input: the fields of a person, or a whole execution request;
  --account <subject>        the fields of an account; --group: a list of people, or {"accountData": {…}, "people": […]}.
  --group <subject>          Without a subject, the example of the service's OpenAPI document is taken.
  --flow <JSON>              values of flow attributes;  --admin <JSON>  of global attributes
  --param <name>=<value>     one flow attribute: --param mode=strict; it wins over --flow and over the subject's own
  --dialect marketo          as Marketo calls the service: --lead is a lead, a list of leads, or a whole batch. Beside its fields a
                             lead may have an id and a flowStepContext of its own. A service that speaks Marketo alone needs
                             no --dialect; of one that speaks both, External Actions are tried
  --table <name>=@file.csv   a lookup table, read from the file; steps that need another one are not run
  --answer <step>=<JSON>     or =@file.json: {"status": 200, "headers": {…}, "body": …} instead of asking the system
  --offline                  http steps without --answer are not run; else they really ask
  --timeout 60s              time of the action; as in the service, its last 10 % (6 s to 60 s) are kept for the callback
  --json                     the whole report as JSON
  --help, -h                 this text

Secrets come from SECRET_<NAME>, as in the service; none is shown. Caches and budgets of http steps are off. Addresses follow
the rules of the service (STEP_ALLOW_CIDRS).

Exit codes: 0 the action succeeds, and of a batch each lead; 1 it fails, or is refused; 2 a mistake on the command line.
`;

async function tryService(words: Words, around: Surroundings): Promise<number> {
  const timeoutMs = readTimeout(textOption(words, 'timeout'));
  const definition = await readService(words);
  const dialect = chooseDialect(textOption(words, 'dialect'), definition);
  const subject = await readSubject(words, definition, dialect.service !== null);
  const means = await readMeans(words, definition);
  const loaded = loadAuthoringConfig(around.environment);
  const logger = new QuietLogger();
  const workbench = await openWorkbench(loaded, logger, watchedParts(means));
  const asJson = isGiven(words, 'json');
  try {
    refuseProblems(definition, workbench.get(ProviderRegistry));
    const callbackUrl = callbackUrlFor(loaded);
    const warn = (): readonly string[] => [
      ...means.tables.warnings(),
      ...offNotes(definition),
      ...dialect.hints,
      ...warningsOf(logger.lines),
    ];
    if (dialect.service !== null) {
      const batch = toBatch(dialect.service, subject, callbackUrl);
      const trial = await runBatchTrial(workbench, dialect.service, batch, timeoutMs, means.notes);
      const shown = { ...trial, source: subject.source, warnings: [...trial.warnings, ...warn()] };
      return print(hideSecrets(shown, loaded.secrets.named), renderBatchTrial, asJson, around);
    }
    const request = toRequest(definition, toGiven(subject, definition), callbackUrl);
    const trial = await runTrial(workbench, definition, request, timeoutMs);
    const report = makeReport(definition, trial, subject.source, means.notes, warn());
    return print(hideSecrets(report, loaded.secrets.named), renderTrial, asJson, around);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return refused(error, asJson, around);
  } finally {
    await workbench.close();
  }
}

function print<Report extends { readonly outcome: 'success' | 'failure' }>(
  report: Report,
  render: (report: Report) => string,
  asJson: boolean,
  around: Surroundings,
): number {
  around.out(asJson ? `${toJsonText(report)}\n` : render(report));
  return report.outcome === 'success' ? EXIT.fine : EXIT.problems;
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
    ...{ dialect: { type: 'string' }, param: { type: 'string', multiple: true } },
    ...{ table: { type: 'string', multiple: true }, answer: { type: 'string', multiple: true } },
    ...{ offline: { type: 'boolean' }, json: { type: 'boolean' } },
  },
  run: tryService,
};
