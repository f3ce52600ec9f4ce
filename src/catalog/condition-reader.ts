import { type CompiledExpression, compileExpression } from '../expressions/compile-expression.js';
import { ExpressionSyntaxError } from '../expressions/expressions.errors.js';
import type { Section } from './definition-section.js';

const EXAMPLE = `write a condition, e.g. 'fields.country = "DE"'`;
/** Literals, which stand for themselves: a condition that can never be met or unmet is a mistake. */
const LITERAL = /^(?:"[^"]*"|'[^']*'|-?\d+(?:\.\d+)?|null)$/;

/** Reads a step's or a waterfall's `when:`. Problems name line and column within the expression. */
export function readCondition(item: Section): CompiledExpression | undefined {
  const written = item.raw('when');
  if (typeof written === 'boolean') {
    item.problems.add(item.at('when'), `is always ${written}`, `${EXAMPLE}, or remove it`);
    return undefined;
  }
  const source = item.optionalText('when');
  if (source === null || source === '') return undefined;
  if (LITERAL.test(source)) {
    item.problems.add(item.at('when'), 'is never true or false', EXAMPLE);
    return undefined;
  }
  try {
    return compileExpression(source, item.at('when'));
  } catch (error) {
    if (!(error instanceof ExpressionSyntaxError)) throw error;
    item.problems.add(item.at('when'), error.problem, EXAMPLE);
    return undefined;
  }
}
