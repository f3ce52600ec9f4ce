import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type jsonata from 'jsonata';
import { describeFailure } from './expression-failure.js';
import { createGuardedCompiler } from './expression-guards.js';
import type { ExpressionOutcome } from './expression-outcome.js';
import { toPlainJson } from './plain-json.js';

/** One message to a thread: an expression and its subjects. */
export interface ExpressionTask {
  readonly run: number;
  readonly source: string;
  readonly subjects: readonly unknown[];
}

/** A sign of life: the first says that the time begins, the others bring results that a time-out must not cost. */
export interface ExpressionProgress {
  readonly run: number;
  readonly outcomes: readonly ExpressionOutcome[];
}

/** Set once, when the thread starts. */
export interface ExpressionWorkerData {
  readonly heapMb: number;
  readonly resultMaxBytes: number;
  /** A module that exports `functions`, by name; tests register theirs this way. */
  readonly extension: string | null;
}

/** More would be no use: sources come from the YAML files of services, and reloads leave old ones behind. */
const COMPILED_MAX = 1_000;
/** Between two signs of life. */
const PROGRESS_MS = 5;
/** A third of the share that the main loop gets where cores are few: it has requests to answer, a thread only its own time. */
const NICENESS = 5;

const { heapMb, resultMaxBytes, extension } = workerData as ExpressionWorkerData;
// Linux counts this for the calling thread alone. Elsewhere it would be the whole process's.
if (process.platform === 'linux') setPriority(NICENESS);

const functions = extension === null ? {} : await loadFunctions(extension);
const compileGuarded = await createGuardedCompiler(heapMb);
const compiled = new Map<string, jsonata.Expression>();

/** Evaluates one expression for many subjects, each apart. Never rejects. */
export async function evaluate({ run, source, subjects }: ExpressionTask): Promise<readonly ExpressionOutcome[]> {
  const expression = compile(source);
  const outcomes: ExpressionOutcome[] = [];
  let reported = 0;
  report({ run, outcomes: [] });
  let reportedAtMs = performance.now();
  for (const subject of subjects) {
    outcomes.push(await evaluateOne(expression, subject));
    const nowMs = performance.now();
    if (nowMs - reportedAtMs < PROGRESS_MS) continue;
    report({ run, outcomes: outcomes.slice(reported) });
    reported = outcomes.length;
    reportedAtMs = nowMs;
  }
  return outcomes;
}

async function evaluateOne(expression: jsonata.Expression, subject: unknown): Promise<ExpressionOutcome> {
  try {
    const result: unknown = await expression.evaluate(subject);
    return { kind: 'value', value: toPlainJson(result, resultMaxBytes) };
  } catch (error) {
    return describeFailure(error);
  }
}

function compile(source: string): jsonata.Expression {
  let expression = compiled.get(source);
  if (expression === undefined) {
    expression = compileGuarded(source);
    for (const [name, implementation] of Object.entries(functions)) {
      expression.registerFunction(name, implementation);
    }
    if (compiled.size >= COMPILED_MAX) compiled.clear();
    compiled.set(source, expression);
  }
  return expression;
}

function report(progress: ExpressionProgress): void {
  parentPort?.postMessage(progress);
}

async function loadFunctions(module: string): Promise<Record<string, () => unknown>> {
  const loaded = (await import(module)) as { functions: Record<string, () => unknown> };
  return loaded.functions;
}
