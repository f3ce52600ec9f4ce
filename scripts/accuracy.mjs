// `npm run accuracy`: how often the providers are right, wrong or silent over the corpora, beside what others answer.
// Progress goes to stderr; with --json one object is the last line of stdout.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openBuild, BuildError } from '../bench/builds.mjs';
import { root } from './build-state.mjs';
import { loadModules, ModuleError } from './scoring/modules.mjs';
import { describeFailures, describeScores, ownLines, renderGuide } from './scoring/report.mjs';
import { scoreModule } from './scoring/score.mjs';

const { Options, UsageError } = await import('../dist/simulator/options.js');
const { runProgram } = await import('../dist/simulator/program.js');

const HELP = `npm run accuracy [-- options]

Every provider answers every case of its corpus (test/corpora), beside the best-known packages, which are installed into
a cache folder outside the project. Prints what is right, wrong and silent, and apart the half that no rule was written
against. Ends with 1 when a bound is missed, or when a package that is ranked is better on a row with a bound.

  --only <corpus>   one corpus, several times for several
  --no-peers        our side alone: needs no network
  --failures <n>    prints so many failing cases of each corpus, of the half that rules may be written against
  --json            one JSON object as the last line of stdout, everything else on stderr
  --write           writes docs/accuracy.md (of all corpora, with peers)
  --dist <folder>   of another build: its dist folder, in a checkout with packages of its own
  --modules <folder>  with other modules than scripts/accuracy
  --help
`;

async function main(args, signal) {
  const options = Options.parse(args, {
    help: { type: 'boolean', short: 'h' },
    only: { type: 'string', multiple: true },
    'no-peers': { type: 'boolean' },
    failures: { type: 'string' },
    json: { type: 'boolean' },
    write: { type: 'boolean' },
    dist: { type: 'string' },
    modules: { type: 'string' },
  });
  if (options.flag('help')) {
    process.stdout.write(HELP);
    return 0;
  }
  const peers = !options.flag('no-peers');
  const isPartial = options.list('only').length > 0 || !peers || options.text('dist') !== null;
  if (options.flag('write') && isPartial) {
    throw new UsageError(
      '--write is of all corpora, with peers and of this build: leave --only, --no-peers and --dist out',
    );
  }
  const failures = options.integer('failures', 0, 0, 100_000);
  const modules = await readModules(resolve(options.text('modules') ?? join(root, 'scripts', 'accuracy')), options);
  const dist = readDist(options.text('dist'));

  const say = (line) => void process.stderr.write(`${line}\n`);
  const out = options.flag('json') ? process.stderr : process.stdout;
  const scores = [];
  for (const module of modules) {
    signal.throwIfAborted();
    scores.push(await scoreModule(module, { dist, peers, failures, say, signal }));
  }
  const at = new Date().toISOString();
  for (const line of ['', ...describeScores(scores), ...describeFailures(scores)]) out.write(`${line}\n`);
  if (options.flag('write')) {
    const gaps = readFileSync(join(root, 'scripts', 'accuracy', 'known-gaps.md'), 'utf8');
    writeFileSync(join(root, 'docs', 'accuracy.md'), renderGuide(scores, { at: at.slice(0, 10), gaps }));
    say('docs/accuracy.md written');
  }
  const missed = scores.flatMap(({ rows }) => rows).filter(({ misses }) => misses.length > 0).length;
  if (options.flag('json')) {
    const result = { at, node: process.version, dist, peers, missed, scores, ownLines: ownLines(scores) };
    process.stdout.write(
      `${JSON.stringify(result, (_, value) => (typeof value === 'bigint' ? String(value) : value))}\n`,
    );
  }
  return missed === 0 ? 0 : 1;
}

async function readModules(folder, options) {
  try {
    return await loadModules(folder, options.list('only'));
  } catch (error) {
    throw error instanceof ModuleError ? new UsageError(error.message) : error;
  }
}

function readDist(folder) {
  if (folder === null) return join(root, 'dist');
  try {
    return openBuild(folder).dist;
  } catch (error) {
    throw error instanceof BuildError ? new UsageError(`--dist: ${error.message}`) : error;
  }
}

await runProgram('npm run accuracy', main);
