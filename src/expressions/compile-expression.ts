import jsonata from 'jsonata';
import { ExpressionSyntaxError } from './expressions.errors.js';

/** An expression that compiles. Threads compile it again, once each. */
export interface CompiledExpression {
  readonly source: string;
  /** The place it stands in, for messages. */
  readonly where: string;
}

const SOURCE_MAX = 64 * 1024;

/** @throws ExpressionSyntaxError with line and column. */
export function compileExpression(source: string, where: string): CompiledExpression {
  if (source.trim() === '') throw new ExpressionSyntaxError(where, 'the expression is empty');
  if (source.length > SOURCE_MAX) {
    throw new ExpressionSyntaxError(where, `the expression is longer than ${SOURCE_MAX} characters`);
  }
  const tree = parse(source, where);
  const at = findVariable(tree, 'eval');
  if (at !== null) {
    const problem = `$eval is not available (${placeOf(source, at)}): text of a subject must not become code`;
    throw new ExpressionSyntaxError(where, problem);
  }
  return { source, where };
}

function parse(source: string, where: string): jsonata.ExprNode {
  try {
    return jsonata(source).ast();
  } catch (error) {
    throw new ExpressionSyntaxError(where, describe(error, source), { cause: error });
  }
}

function describe(error: unknown, source: string): string {
  if (error instanceof RangeError) return 'the expression is nested too deeply';
  const { code, position, message } = error as Partial<jsonata.JsonataError>;
  const words = (message ?? 'it cannot be read').replace(/\s+/g, ' ');
  const place = typeof position === 'number' ? placeOf(source, position) : 'at its end';
  return `the expression is wrong ${place}: ${words}${code === undefined ? '' : ` (JSONata ${code})`}`;
}

/** JSONata counts characters up to the end of what it does not like. */
function placeOf(source: string, position: number): string {
  const before = source.slice(0, Math.max(0, position)).split('\n');
  return `at line ${before.length}, column ${Math.max(1, before.at(-1)?.length ?? 1)}`;
}

/** @returns the position of the first use of a variable, or null. */
function findVariable(node: unknown, name: string): number | null {
  if (typeof node !== 'object' || node === null) return null;
  const { type, value, position } = node as jsonata.ExprNode;
  if (type === 'variable' && value === name) return position ?? 0;
  for (const inner of Object.values(node)) {
    const found = findVariable(inner, name);
    if (found !== null) return found;
  }
  return null;
}
