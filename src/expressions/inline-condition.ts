import type jsonata from 'jsonata';

/** Not to be decided here: lists, objects and mistakes are JSONata's. */
export const UNDECIDED = Symbol('undecided');

/** Evaluates a simple condition at once. */
export type InlineCondition = (subject: unknown) => unknown;

type Literal = string | number | boolean | null;
type Node = Partial<Omit<jsonata.ExprNode, 'type' | 'value'>> & { readonly type?: string; readonly value?: unknown };
type Order = '<' | '<=' | '>' | '>=';

/**
 * Compiles comparisons of fields with literals, `$exists`, `$not`, `and` and `or`: most conditions, and a thread costs more
 * than they do. They say what JSONata says; wherever that would take more than this, they are {@link UNDECIDED}.
 * @returns null for every other expression.
 */
export function compileInline(node: Node): InlineCondition | null {
  switch (node.type) {
    case 'block':
      return node.expressions?.length === 1 ? compileInline(node.expressions[0] as Node) : null;
    case 'value':
      return typeof node.value === 'boolean' ? () => node.value : null;
    case 'function':
      return compileFunction(node);
    case 'binary':
      return compileBinary(node);
    default:
      return null;
  }
}

function compileFunction({ procedure, arguments: given = [] }: Node): InlineCondition | null {
  const [argument] = given;
  if (procedure?.type !== 'variable' || argument === undefined || given.length !== 1) return null;
  if ((procedure.value as unknown) === 'exists') {
    const read = compilePath(argument);
    return read && ((subject) => mapDecided(read(subject), (value) => value !== undefined));
  }
  if ((procedure.value as unknown) !== 'not') return null;
  const inner = compileInline(argument);
  return (
    inner && ((subject) => mapDecided(inner(subject), (value) => (value === undefined ? UNDECIDED : value === false)))
  );
}

function compileBinary(node: Node): InlineCondition | null {
  const [left, right] = [node.lhs as Node, node.rhs as Node];
  switch (node.value) {
    case 'and':
    case 'or':
      return compileLogic(node.value, compileInline(left), compileInline(right));
    case '=':
    case '!=':
      return compileEquality(node.value, left, right) ?? compileEquality(node.value, right, left);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compileOrder(left, right, node.value);
    default:
      return null;
  }
}

function compileLogic(
  operator: 'and' | 'or',
  left: InlineCondition | null,
  right: InlineCondition | null,
): InlineCondition | null {
  if (left === null || right === null) return null;
  const decisive = operator === 'or';
  return (subject) => {
    const first = left(subject);
    if (first === UNDECIDED) return UNDECIDED;
    // Nothing counts as false.
    if ((first === true) === decisive) return decisive;
    return mapDecided(right(subject), (value) => value === true);
  };
}

function compileEquality(operator: '=' | '!=', field: Node, literal: Node): InlineCondition | null {
  const read = compilePath(field);
  const wanted = literalOf(literal);
  if (read === null || wanted === undefined) return null;
  return (subject) =>
    mapDecided(read(subject), (value) => value !== undefined && (value === wanted) === (operator === '='));
}

function compileOrder(left: Node, right: Node, operator: Order): InlineCondition | null {
  const [readLeft, readRight] = [compileOperand(left), compileOperand(right)];
  if (readLeft === null || readRight === null) return null;
  return (subject) => {
    const [first, second] = [readLeft(subject), readRight(subject)];
    if (!isComparable(first) || !isComparable(second)) return UNDECIDED;
    if (first === undefined || second === undefined) return undefined;
    return typeof first === typeof second ? inOrder(first, second, operator) : UNDECIDED;
  };
}

function compileOperand(node: Node): InlineCondition | null {
  const literal = literalOf(node);
  return literal === undefined ? compilePath(node) : () => literal;
}

function isComparable(value: unknown): value is string | number | undefined {
  return value === undefined || typeof value === 'string' || typeof value === 'number';
}

function inOrder(first: string | number, second: string | number, operator: Order): boolean {
  switch (operator) {
    case '<':
      return first < second;
    case '<=':
      return first <= second;
    case '>':
      return first > second;
    case '>=':
      return first >= second;
    default:
      return operator satisfies never;
  }
}

/** A path of plain names: predicates, wildcards and sorting are JSONata's. */
function compilePath(node: Node): InlineCondition | null {
  if (node.type !== 'path' || !hasOnly(node, ['type', 'steps'])) return null;
  const names: string[] = [];
  for (const step of node.steps ?? []) {
    if (step.type !== 'name' || !hasOnly(step, ['type', 'value', 'position'])) return null;
    names.push(step.value as string);
  }
  return (subject) => {
    let value = subject;
    for (const name of names) {
      if (Array.isArray(value)) return UNDECIDED;
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
      value = (value as Record<string, unknown>)[name];
    }
    return typeof value === 'object' && value !== null ? UNDECIDED : value;
  };
}

function hasOnly(node: object, keys: readonly string[]): boolean {
  return Object.keys(node).every((key) => keys.includes(key));
}

function literalOf(node: Node): Literal | undefined {
  return node.type === 'string' || node.type === 'number' || node.type === 'value'
    ? (node.value as Literal)
    : undefined;
}

function mapDecided(value: unknown, map: (value: unknown) => unknown): unknown {
  return value === UNDECIDED ? UNDECIDED : map(value);
}
