import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { problemLine, type CatalogProblem } from '../../catalog/catalog.errors.js';
import { shownPath } from '../../catalog/catalog-loader.js';
import { checkTogether, type LoadedDefinition } from '../../catalog/catalog-rules.js';
import { parseDefinition } from '../../catalog/definition-parser.js';
import { isApiName } from '../../catalog/definition-reader.js';
import { didYouMean } from '../../config/did-you-mean.js';
import { loadAuthoringConfig } from '../authoring-config.js';
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
import { definitionsIn, readText } from '../validate/targets.js';
import { ENTITIES, type EntityName, readEntityName } from './entity-names.js';
import { ServiceQuestions, splitList } from './service-questions.js';
import { writeService } from './service-template.js';
import { type SampleName, samplesFor } from './step-samples.js';

const USAGE = `Writes the file of a new service, with comments. On a terminal it asks for what is not given.

  npm run new-service [-- --name company-check --entity lead --step http [--step expression]… [options]]

  --name <name>       part of the address of the service: letters, digits, - and _, a letter first
  --entity <kind>     lead, account or buyingGroup
  --step <provider>   http, lookup, expression, email, phone, country, name, domain, job-title or buying-role; several
                      run in the order that they are given in
  --output <file>     services/<name>.yaml by default (in SERVICES_DIR); - writes to standard output
  --force             replaces a file that is there
  --json              prints {file, apiName, supportedEntityType, steps}
  --help, -h          this text

Exit codes: 0 written; 1 it clashes with another service of the folder; 2 a mistake on the command line, or the file is there.
`;

const NAME_RULE = 'start with a letter; use letters, digits, - and _, at most 64';

/** Answers, by flags or from a terminal. */
interface Answers {
  readonly name: string;
  readonly entity: EntityName;
  readonly steps: readonly SampleName[];
  readonly output: string;
}

async function newService(words: Words, around: Surroundings): Promise<number> {
  if (words.positionals.length > 0) throw new UsageError(`${words.positionals.join(' ')}: say --name`);
  const { servicesDir } = loadAuthoringConfig(around.environment).config.catalog;
  const answers = await collectAnswers(words, servicesDir);
  const entityType = ENTITIES[answers.entity];
  const text = writeService({ name: answers.name, entityType, steps: answers.steps });
  const isPrinted = answers.output === '-';
  const file = isPrinted ? '-' : shownPath(resolve(answers.output));
  const problems = await findProblems(text, file, isPrinted ? null : dirname(resolve(answers.output)));
  if (problems.length > 0) {
    around.err(`${problems.map(problemLine).join('\n')}\n`);
    return EXIT.problems;
  }
  if (isPrinted) {
    around.out(text);
    return EXIT.fine;
  }
  await write(answers.output, text, isGiven(words, 'force'));
  const report = { file, apiName: answers.name, supportedEntityType: entityType, steps: answers.steps };
  around.out(isGiven(words, 'json') ? `${JSON.stringify(report)}\n` : nextSteps(file));
  return EXIT.fine;
}

async function collectAnswers(words: Words, servicesDir: string): Promise<Answers> {
  const isTerminal = process.stdin.isTTY && process.stderr.isTTY;
  const questions = isTerminal && !isGiven(words, 'json') ? new ServiceQuestions(process.stdin, process.stderr) : null;
  const missing = (option: string): never => {
    throw new UsageError(`--${option} is missing`);
  };
  try {
    const name = textOption(words, 'name') ?? (await questions?.askName(judgeName)) ?? missing('name');
    const nameProblem = judgeName(name);
    if (nameProblem !== null) throw new UsageError(`--name ${name} ${nameProblem}`);
    const entity = readEntity(textOption(words, 'entity')) ?? (await questions?.askEntity()) ?? missing('entity');
    const given = textOptions(words, 'step').flatMap(splitList);
    const chosen = given.length > 0 ? given : ((await questions?.askSteps(entity)) ?? missing('step'));
    const steps = readSteps(chosen, entity);
    const proposal = shownPath(join(servicesDir, `${name}.yaml`));
    const output = textOption(words, 'output') ?? (await questions?.askOutput(proposal)) ?? proposal;
    return { name, entity, steps, output };
  } finally {
    questions?.close();
  }
}

function judgeName(name: string): string | null {
  return isApiName(name) ? null : `cannot be part of an address: ${NAME_RULE}`;
}

function readEntity(word: string | null): EntityName | null {
  if (word === null) return null;
  const entity = readEntityName(word);
  if (entity === null) throw new UsageError(`--entity ${word}: use ${Object.keys(ENTITIES).join(', ')}`);
  return entity;
}

function readSteps(names: readonly string[], entity: EntityName): readonly SampleName[] {
  const samples = samplesFor(ENTITIES[entity]);
  const steps = names.map((name): SampleName => {
    const sample = samples.find((one) => one === name);
    if (sample !== undefined) return sample;
    const near = didYouMean(name, samples);
    throw new UsageError(
      `--step ${name}: ${near === null ? `${entity} has ${samples.join(', ')}` : `did you mean ${near}?`}`,
    );
  });
  const twice = steps.find((step, index) => steps.indexOf(step) < index);
  if (twice !== undefined) throw new UsageError(`--step ${twice} is given twice: add the second one in the file`);
  return steps;
}

/** By the rules of a start, beside the services that lie in the folder already. */
async function findProblems(text: string, file: string, folder: string | null): Promise<readonly CatalogProblem[]> {
  const parsed = parseDefinition(text, file);
  if (parsed.kind === 'invalid') return parsed.problems;
  const isThere =
    folder !== null &&
    (await readdir(folder).then(
      () => true,
      () => false,
    ));
  const others: LoadedDefinition[] = [];
  for (const path of isThere ? await definitionsIn(folder) : []) {
    const other = shownPath(path);
    const neighbour = other === file ? null : parseDefinition((await readText(path)) ?? '', other);
    if (neighbour?.kind === 'valid') others.push({ file: other, definition: neighbour.definition });
  }
  return checkTogether([...others, { file, definition: parsed.definition }]).filter((problem) => problem.file === file);
}

async function write(output: string, text: string, force: boolean): Promise<void> {
  const path = resolve(output);
  const refuse = (error: unknown, said: string): never => {
    throw new UsageError(`${output} ${said}`, { cause: error });
  };
  const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';
  await mkdir(dirname(path), { recursive: true }).catch((error: unknown) =>
    refuse(error, `cannot be written: no folder can be made for it (${codeOf(error)})`),
  );
  await writeFile(path, text, { flag: force ? 'w' : 'wx' }).catch((error: unknown) => {
    const isThere = codeOf(error) === 'EEXIST';
    refuse(
      error,
      isThere ? 'is there already: choose another --output, or --force' : `cannot be written (${codeOf(error)})`,
    );
  });
}

function nextSteps(file: string): string {
  return `${file} is written. Next:\n  npm run validate -- ${file}\n  npm run try -- ${file}\n`;
}

/** `npm run new-service`. */
export const NEW_SERVICE: Command = {
  usage: USAGE,
  options: {
    ...{ name: { type: 'string' }, entity: { type: 'string' }, step: { type: 'string', multiple: true } },
    ...{ output: { type: 'string' }, force: { type: 'boolean' }, json: { type: 'boolean' } },
  },
  run: newService,
};
