import { isJsonObject, type JsonValue } from '../../../http/json-value.js';
import { foldText, readNumber, readText, type Scalar } from '../field-values.js';
import { isFieldName, unknownKeyProblems, type Settings } from '../step-settings.js';

/** The owner of the field that a rule reads: the scored subject, its account, or each of the account's people. */
export type RuleSubject = 'self' | 'account' | 'people';

/** One rule, ready to run. */
export interface ScoreRule {
  readonly field: string;
  readonly of: RuleSubject;
  readonly points: number;
  /** For rules over people: the most points it gives, however many people match. */
  readonly most: number | null;
  readonly label: string;
  readonly matches: (value: JsonValue | undefined) => boolean;
}

type Comparison = (value: JsonValue | undefined, operands: readonly Operand[]) => boolean;

/** An operand with its number and folded text worked out once. */
interface Operand {
  readonly number: number | null;
  readonly text: string;
}

const LONGEST_FOLDED = 2_000;

const any =
  (test: (value: string, operand: string) => boolean): Comparison =>
  (value, operands) => {
    const text = comparable(value);
    return text !== null && operands.some((operand) => test(text, operand.text));
  };

const numeric =
  (test: (value: number, operand: number) => boolean): Comparison =>
  (value, operands) => {
    const number = readNumber(value);
    return number !== null && operands.some((operand) => operand.number !== null && test(number, operand.number));
  };

const isAnyOf: Comparison = (value, operands) => {
  const text = comparable(value);
  const number = readNumber(value);
  return operands.some((operand) => operand.text === text || (number !== null && operand.number === number));
};

const contains = any((value, operand) => operand !== '' && value.includes(operand));
const exists: Comparison = (value) => readText(value) !== null || typeof value === 'boolean';

const NUMERIC_OPERATORS: Readonly<Record<string, Comparison>> = {
  greaterThan: numeric((value, operand) => value > operand),
  greaterThanOrEqual: numeric((value, operand) => value >= operand),
  lessThan: numeric((value, operand) => value < operand),
  lessThanOrEqual: numeric((value, operand) => value <= operand),
};

const VALUELESS_OPERATORS: Readonly<Record<string, Comparison>> = {
  exists,
  missing: (value, operands) => !exists(value, operands),
};

const TEXT_OPERATORS: Readonly<Record<string, Comparison>> = {
  is: isAnyOf,
  isNot: (value, operands) => exists(value, operands) && !isAnyOf(value, operands),
  contains,
  notContains: (value, operands) => exists(value, operands) && !contains(value, operands),
  startsWith: any((value, operand) => operand !== '' && value.startsWith(operand)),
  endsWith: any((value, operand) => operand !== '' && value.endsWith(operand)),
};

const OPERATORS: Readonly<Record<string, Comparison>> = {
  ...TEXT_OPERATORS,
  ...NUMERIC_OPERATORS,
  ...VALUELESS_OPERATORS,
};

/** One sentence per problem of the rules in a step's settings. */
export function ruleProblems(rules: unknown): string[] {
  if (!Array.isArray(rules) || rules.length === 0) return ['settings.rules must be a list with at least one rule.'];
  return rules.flatMap((rule: unknown, at) => problemsOfRule(rule, `settings.rules[${at}]`));
}

function problemsOfRule(rule: unknown, where: string): string[] {
  if (!isJsonObject(rule)) return [`${where} must have field, operator and points.`];
  const problems = unknownKeyProblems(
    rule,
    ['field', 'operator', 'value', 'values', 'points', 'of', 'most', 'label'],
    where,
  );
  if (!isFieldName(rule.field)) problems.push(`${where}.field must be the name of a field.`);
  if (typeof rule.points !== 'number' || !Number.isFinite(rule.points))
    problems.push(`${where}.points must be a number.`);
  if (rule.of !== undefined && rule.of !== 'self' && rule.of !== 'account' && rule.of !== 'people') {
    problems.push(`${where}.of must be self, account or people.`);
  }
  const most = rule.most;
  if (most !== undefined && (rule.of !== 'people' || typeof most !== 'number' || !(most > 0))) {
    problems.push(`${where}.most must be a number above 0, in a rule of people.`);
  }
  if (rule.label !== undefined && !isLabel(rule.label))
    problems.push(`${where}.label must be a text of 1 to 80 characters, without a comma.`);
  return [...problems, ...operatorProblems(rule, where)];
}

function operatorProblems(rule: Settings, where: string): string[] {
  const { operator } = rule;
  if (typeof operator !== 'string' || !Object.hasOwn(OPERATORS, operator)) {
    return [`${where}.operator must be one of ${Object.keys(OPERATORS).join(', ')}.`];
  }
  const given = ['value', 'values'].filter((key) => rule[key] !== undefined);
  if (Object.hasOwn(VALUELESS_OPERATORS, operator)) {
    return given.length === 0 ? [] : [`${where}: ${operator} takes no value.`];
  }
  if (given.length !== 1) return [`${where} needs either value or values.`];
  if (rule.values !== undefined && (!Array.isArray(rule.values) || rule.values.length === 0)) {
    return [`${where}.values must be a list with at least one value.`];
  }
  const values = valuesOf(rule);
  if (!values.every(isOperand)) return [`${where}: values must be texts, numbers or true/false.`];
  if (Object.hasOwn(NUMERIC_OPERATORS, operator) && (values.length !== 1 || readNumber(values[0]) === null)) {
    return [`${where}: ${operator} needs one number.`];
  }
  return [];
}

/** Makes rules ready to run; entries {@link ruleProblems} complains about are left out. */
export function compileRules(rules: unknown): readonly ScoreRule[] {
  if (!Array.isArray(rules)) return [];
  return rules.flatMap((rule: unknown, at) => {
    if (!isJsonObject(rule) || problemsOfRule(rule, `settings.rules[${at}]`).length > 0) return [];
    const compare = typeof rule.operator === 'string' ? OPERATORS[rule.operator] : undefined;
    if (compare === undefined || !isFieldName(rule.field)) return [];
    const operands = valuesOf(rule).filter(isOperand).map(operandOf);
    return [
      {
        field: rule.field,
        of: rule.of === 'account' || rule.of === 'people' ? rule.of : 'self',
        points: Number(rule.points),
        most: typeof rule.most === 'number' ? rule.most : null,
        label: isLabel(rule.label) ? rule.label : rule.field,
        matches: (value) => compare(value, operands),
      },
    ];
  });
}

function isLabel(label: unknown): label is string {
  return typeof label === 'string' && label.trim() !== '' && label.length <= 80 && !label.includes(',');
}

function valuesOf(rule: Settings): readonly unknown[] {
  if (Array.isArray(rule.values)) return rule.values as readonly unknown[];
  return rule.value === undefined ? [] : [rule.value];
}

function isOperand(value: unknown): value is Scalar {
  return (
    typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
  );
}

function operandOf(value: Scalar): Operand {
  return { number: readNumber(value), text: comparable(value) ?? '' };
}

/** A scalar as folded text: "Müller-Verlag" and "MULLER VERLAG" are the same; null for lists, objects and nothing. */
function comparable(value: JsonValue | undefined): string | null {
  if (typeof value === 'boolean') return String(value);
  const text = readText(value);
  if (text === null) return null;
  // Punctuation alone would fold to nothing, and "C++" is not "C": these texts are compared as they are.
  return /^[\p{L}\p{N}\s'-]+$/u.test(text) ? foldText(text.slice(0, LONGEST_FOLDED)) : text.toLowerCase();
}
