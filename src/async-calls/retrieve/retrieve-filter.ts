import type { ResultFilter } from '../async-call.js';
import { CALL_LIMITS } from '../call-problems.js';
import { readChoice } from '../soap/xml-values.js';
import { UUID } from '../../http/uuid.pipe.js';
import { RetrieveRefusal } from './retrieve-refusal.js';
import { childOf, childrenOf, type XmlElement } from '../soap/xml-element.js';

/** The name of no request: no request has an id of another form, so Postgres need not be asked. */
const NOBODY = '00000000-0000-0000-0000-000000000000';
const DEPTH_MAX = 10;
const PARTS_MAX = 50;

/** Reads a filter of equalities joined by AND and OR. @throws RetrieveRefusal. */
export function readFilter(filter: XmlElement): ResultFilter {
  let parts = 0;
  const read = (part: XmlElement, depth: number): ResultFilter => {
    parts += isComplex(part) ? 1 : Math.max(childrenOf(part, 'Value').length, 1);
    if (depth > DEPTH_MAX || parts > PARTS_MAX) throw new RetrieveRefusal('The Filter has too many parts');
    return isComplex(part) ? joined(part, (operand) => read(operand, depth + 1)) : readSimple(part);
  };
  return read(filter, 1);
}

/** An equality on one of the ids, in the form it is looked up by. */
export function equality(property: 'RequestID' | 'ConversationID', value: string): ResultFilter {
  if (value.length > CALL_LIMITS.idLength) throw new RetrieveRefusal('A Value of the Filter is too long');
  if (property === 'ConversationID') return { property, equals: value };
  const id = value.replace(/^\{(.*)\}$/, '$1').toLowerCase();
  return { property, equals: UUID.test(id) ? id : NOBODY };
}

function isComplex(part: XmlElement): boolean {
  return part.type === 'ComplexFilterPart' || (part.type === null && childOf(part, 'LeftOperand') !== null);
}

function joined(part: XmlElement, read: (operand: XmlElement) => ResultFilter): ResultFilter {
  const [left, right] = [childOf(part, 'LeftOperand'), childOf(part, 'RightOperand')];
  const operator = choose(part, 'LogicalOperator', ['AND', 'OR']);
  if (left === null || right === null || operator === null) {
    throw new RetrieveRefusal('A ComplexFilterPart needs LeftOperand, LogicalOperator and RightOperand');
  }
  const more = childrenOf(part, 'AdditionalOperands').flatMap((list) => childrenOf(list, 'Operand'));
  return join(operator, [left, right, ...more].map(read));
}

function readSimple(part: XmlElement): ResultFilter {
  const property = choose(part, 'Property', ['RequestID', 'ResultID', 'ConversationID']);
  const values = childrenOf(part, 'Value').map(({ isNil, text }) => (isNil ? '' : text.trim()));
  if (property === null || values.length === 0 || values.includes('')) {
    throw new RetrieveRefusal('A SimpleFilterPart needs Property and Value');
  }
  const operator = choose(part, 'SimpleOperator', ['equals', 'IN']);
  if (operator === null || (operator === 'equals' && values.length > 1)) {
    throw new RetrieveRefusal('A SimpleFilterPart needs the SimpleOperator equals and one Value, or IN and several');
  }
  const name = property === 'ResultID' ? 'RequestID' : property;
  return join(
    'OR',
    values.map((value) => equality(name, value)),
  );
}

/** In halves, so that a long list is not a deep filter. */
function join(operator: 'AND' | 'OR', parts: readonly ResultFilter[]): ResultFilter {
  const [first] = parts;
  if (first === undefined) throw new RetrieveRefusal('The Filter has a part with nothing in it');
  if (parts.length === 1) return first;
  const middle = Math.ceil(parts.length / 2);
  return { operator, left: join(operator, parts.slice(0, middle)), right: join(operator, parts.slice(middle)) };
}

function choose<Choice extends string>(part: XmlElement, name: string, choices: readonly Choice[]): Choice | null {
  try {
    return readChoice(part, name, choices);
  } catch {
    throw new RetrieveRefusal(`${name} of the Filter must be one of ${choices.join(', ')}`);
  }
}
