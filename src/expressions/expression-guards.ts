import { Session } from 'node:inspector';
import { getHeapStatistics } from 'node:v8';
import jsonata from 'jsonata';
import { UnfitResultError } from './plain-json.js';

/** Longest list that an expression may make on its way. */
const LIST_MAX = 1_000_000;
/** Longest text that an expression may make on its way. */
const TEXT_MAX = 4 * 1024 * 1024;
/** Steps of an evaluation between two looks at the heap, which take a few microseconds each. */
const STEPS_PER_LOOK = 256;
const EVALUATED = Symbol.for('jsonata.__evaluate_exit');

type Implementation = (...args: never[]) => unknown;
type BuiltIn = { readonly implementation: Implementation };

/** Compiles an expression whose evaluations keep to a heap limit of our own. */
export type GuardedCompiler = (source: string) => jsonata.Expression;

/**
 * V8's limit ends the whole process where one allocation is larger than what is left, so the thread looks at its heap
 * itself, and no single step may make a text or a list that large.
 */
export async function createGuardedCompiler(heapMb: number): Promise<GuardedCompiler> {
  const afterStep = createStepCheck(heapMb * 1024 * 1024);
  const { pad, join } = await readBuiltIns();
  return (source) => {
    const expression = jsonata(source, { sequence: LIST_MAX });
    expression.assign(EVALUATED as unknown as string, afterStep);
    // Text of a subject must not become code.
    expression.assign('eval', undefined);
    expression.registerFunction('pad', guardedPad(pad), '<s-ns?:s>');
    expression.registerFunction('join', guardedJoin(join), '<a<s>s?:s>');
    return expression;
  };
}

function createStepCheck(heapMaxBytes: number) {
  const session = new Session();
  session.connect();
  let steps = 0;
  return (_node: unknown, _input: unknown, _environment: unknown, result: unknown): void => {
    if (typeof result === 'string' && result.length > TEXT_MAX) throw new UnfitResultError('TEXT_TOO_LONG');
    steps += 1;
    if (steps % STEPS_PER_LOOK !== 0 || getHeapStatistics().used_heap_size <= heapMaxBytes) return;
    // Some of it may be garbage that V8 has not been in need to collect.
    session.post('HeapProfiler.collectGarbage');
    if (getHeapStatistics().used_heap_size > heapMaxBytes) throw new UnfitResultError('OUT_OF_MEMORY');
  };
}

function guardedPad(native: Implementation) {
  return (text: string, width: number, character?: string): unknown => {
    if (Math.abs(width) > TEXT_MAX) throw new UnfitResultError('TEXT_TOO_LONG');
    return native(...([text, width, character] as never[]));
  };
}

function guardedJoin(native: Implementation) {
  return (texts?: readonly string[], separator = ''): unknown => {
    let length = 0;
    for (const text of texts ?? []) length += text.length + separator.length;
    if (length > TEXT_MAX) throw new UnfitResultError('TEXT_TOO_LONG');
    return native(...([texts, separator] as never[]));
  };
}

async function readBuiltIns(): Promise<{ pad: Implementation; join: Implementation }> {
  const read = async (name: string): Promise<Implementation> =>
    ((await jsonata(`$${name}`).evaluate(null)) as BuiltIn).implementation;
  return { pad: await read('pad'), join: await read('join') };
}
