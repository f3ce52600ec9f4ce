import type { ResultFilter } from './async-call.js';
import { readChoice } from './option-values.js';
import { RetrieveRefusal } from './retrieve-refusal.js';
import { childOf, childrenOf, textOf, type XmlElement } from './xml-element.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** What no request is called: an id of another form is nobody's, and Postgres need not be asked. */
const NOBODY = '00000000-0000-0000-0000-000000000000';
const VALUE_MAX = 255;
const DEPTH_MAX = 10;
const PARTS_MAX = 50;

/** Reads a filter of equalities joined by AND and OR. @throws RetrieveRefusal. */
export function readFilter(filter: XmlElement): ResultFilter {
  let parts = 0;
  const read = (part: XmlElement, depth: number): ResultFilter => {
    if (depth > DEPTH_MAX || ++parts > PARTS_MAX) throw new RetrieveRefusal('The Filter has too many parts');
    return isComplex(part) ? joined(part, (operand) => read(operand, depth + 1)) : readSimple(part);
  };
  return read(filter, 1);
}

/** An equality on one of the ids, in the form it is looked up by. */
export function equality(property: 'RequestID' | 'ConversationID', value: string): ResultFilter {
  if (value.length > VALUE_MAX) throw new RetrieveRefusal('A Value of the Filter is too long');
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
  if (childOf(part, 'AdditionalOperands') !== null) throw new RetrieveRefusal('AdditionalOperands are not supported');
  return { operator, left: read(left), right: read(right) };
}

function readSimple(part: XmlElement): ResultFilter {
  const property = choose(part, 'Property', ['RequestID', 'ResultID', 'ConversationID']);
  const values = childrenOf(part, 'Value');
  const value = textOf(part, 'Value');
  if (property === null || value === null) throw new RetrieveRefusal('A SimpleFilterPart needs Property and Value');
  if (choose(part, 'SimpleOperator', ['equals']) === null || values.length > 1) {
    throw new RetrieveRefusal('A SimpleFilterPart needs the SimpleOperator equals and one Value');
  }
  return equality(property === 'ResultID' ? 'RequestID' : property, value);
}

function choose<Choice extends string>(part: XmlElement, name: string, choices: readonly Choice[]): Choice | null {
  try {
    return readChoice(part, name, choices);
  } catch {
    throw new RetrieveRefusal(`${name} of the Filter must be one of ${choices.join(', ')}`);
  }
}
