import { Lexer } from 'yaml';
import type { CatalogProblem } from '../../catalog/catalog.errors.js';

/** Ten times a large definition. The reader compares each key of a mapping with the others of it. */
const MOST_TOKENS = 20_000;
const DEEPEST = 64;
const WIDEST_INDENT = 200;
const DEEP_INDENT = new RegExp(`^ {${WIDEST_INDENT + 1}}`, 'm');

/**
 * A text that would keep this process from serving while it is read: too many parts, or too deep. It is taken apart here as
 * the reader does, which takes a time in proportion to its length. Null: it can be read.
 */
export function findExcess(text: string, file: string): CatalogProblem | null {
  const problem = (reason: string, remedy: string): CatalogProblem => ({ file, path: '', reason, remedy });
  if (DEEP_INDENT.test(text)) {
    return problem(`has a line that is indented by more than ${WIDEST_INDENT} columns`, 'nest less deeply');
  }
  let count = 0;
  let depth = 0;
  let dashes = 0;
  for (const token of new Lexer().lex(text)) {
    count += 1;
    if (count > MOST_TOKENS) {
      return problem(
        `has more than ${MOST_TOKENS} words and signs`,
        'make it shorter, or check it by npm run validate',
      );
    }
    if (token === '[' || token === '{') depth += 1;
    else if (token === ']' || token === '}') depth -= 1;
    if (token === '-' || token === '?') dashes += 1;
    else if (token.trim() !== '') dashes = 0;
    if (depth > DEEPEST || dashes > DEEPEST) return problem(`has more than ${DEEPEST} levels`, 'nest less deeply');
  }
  return null;
}
