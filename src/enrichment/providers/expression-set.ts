import { isJsonObject } from '../../http/json-value.js';
import type { CompiledExpression } from '../../expressions/compile-expression.js';
import { isFieldName } from './step-settings.js';

/** Lists that a step writes into, as its settings call them. */
export const EXPRESSION_LISTS = Object.freeze(['fields', 'accessors', 'attributes'] as const);
export type ExpressionList = (typeof EXPRESSION_LISTS)[number];

/** One value that a step computes. */
interface Part {
  readonly list: ExpressionList;
  readonly name: string;
  /** Where its own text begins and ends in the joined one. */
  readonly from: number;
  readonly to: number;
}

/** All expressions of a step as one: a subject takes one evaluation, not one per field. */
export interface ExpressionSet {
  readonly expression: CompiledExpression;
  readonly parts: readonly Part[];
}

type Compile = (source: string, where: string) => CompiledExpression;

/** Joins the expressions of a step's settings into one object of results, each within parentheses of its own. */
export function joinExpressions(settings: Readonly<Record<string, unknown>>, compile: Compile): ExpressionSet {
  const parts: Part[] = [];
  let source = '{';
  for (const [list, name, given] of entriesOf(settings)) {
    const text = String(given);
    source += `${parts.length === 0 ? '' : ','}"${parts.length}":(`;
    const from = source.length;
    source += `${text}\n)`;
    parts.push({ list, name, from, to: from + text.length });
  }
  return { expression: compile(`${source}}`, 'settings'), parts };
}

/** One sentence per expression that cannot be compiled or has no place to go to. */
export function expressionProblems(settings: Readonly<Record<string, unknown>>, compile: Compile): string[] {
  const problems = EXPRESSION_LISTS.filter((list) => settings[list] !== undefined && !isJsonObject(settings[list])).map(
    (list) => `settings.${list} must map names to expressions.`,
  );
  const entries = entriesOf(settings);
  if (problems.length === 0 && entries.length === 0) {
    problems.push(`settings must have expressions in ${EXPRESSION_LISTS.join(', ')}.`);
  }
  for (const [list, name, text] of entries) {
    const where = `settings.${list}.${name}`;
    if (!isFieldName(name)) problems.push(`${where}: its name must be that of a field.`);
    else if (typeof text !== 'string') problems.push(`${where} must be an expression, written as text.`);
    else problems.push(...compileProblems(text, where, compile));
  }
  // Each may be short enough, and all of them together too long.
  if (problems.length === 0) problems.push(...joinProblems(settings, compile));
  return problems;
}

/** The part that a position of the joined text belongs to, and the position within it. */
export function findPart({ parts }: ExpressionSet, position: number): { part: Part; position: number } | null {
  const part = parts.find(({ from, to }) => position >= from && position <= to + 1);
  return part === undefined ? null : { part, position: Math.min(position, part.to) - part.from };
}

function compileProblems(text: string, where: string, compile: Compile): string[] {
  try {
    compile(text, where);
    return [];
  } catch (error) {
    return [`${(error as Error).message}.`];
  }
}

function joinProblems(settings: Readonly<Record<string, unknown>>, compile: Compile): string[] {
  try {
    joinExpressions(settings, compile);
    return [];
  } catch (error) {
    return [`${(error as Error).message}.`];
  }
}

function entriesOf(settings: Readonly<Record<string, unknown>>): [ExpressionList, string, unknown][] {
  return EXPRESSION_LISTS.flatMap((list) =>
    Object.entries(isJsonObject(settings[list]) ? settings[list] : {}).map(
      ([name, text]): [ExpressionList, string, unknown] => [list, name, text],
    ),
  );
}
