import type { CompiledExpression } from '../../../expressions/compile-expression.js';
import type { Expressions } from '../../../expressions/expressions.js';
import { ExpressionSyntaxError } from '../../../expressions/expressions.errors.js';
import type { JsonValue } from '../../../http/json-value.js';
import { EnrichmentError } from '../../enrichment-provider.js';
import { isFieldName } from '../step-settings.js';
import { findPlainPath, type PlainPath, walk } from './plain-path.js';
import type { SettingsReader } from './settings-reader.js';
import { wellFormed } from './template.js';

/** Lists of a result that an answer can fill. */
export const PARTS = Object.freeze(['fields', 'accountFields', 'accessors', 'attributes'] as const);
export type MappedPart = (typeof PARTS)[number];

/** The input of a mapping's expression. */
export interface MappingInput {
  readonly answer: unknown;
  readonly status: number | null;
  readonly found: boolean;
  readonly fields: unknown;
  readonly account: unknown;
}

/** Scalars by list and name; what an expression does not find is missing. */
export type Mapped = Readonly<Record<MappedPart, Readonly<Record<string, JsonValue>>>>;

interface Output {
  readonly part: MappedPart;
  readonly name: string;
  readonly path: PlainPath | null;
}

/** Longer texts are documents, and no value of a field. */
const LONGEST_TEXT = 32_768;

/** Turns answers into values: one message to a thread for all subjects and all outputs, none where only paths are read. */
export class AnswerMapping {
  private readonly combined: CompiledExpression | null;

  private constructor(
    private readonly outputs: readonly Output[],
    combined: string,
    where: string,
    private readonly expressions: Expressions,
  ) {
    this.combined = combined === '' ? null : expressions.compile(combined, where);
  }

  /** Reads the lists of `map`. Each expression is compiled by itself, so that a mistake is found in its own words. */
  static read(reader: SettingsReader, parts: readonly MappedPart[], expressions: Expressions): AnswerMapping {
    const outputs: Output[] = [];
    const sources: string[] = [];
    for (const part of parts) {
      const section = reader.section(part);
      for (const name of section?.keys() ?? []) {
        const source = section?.raw(name);
        if (!isFieldName(name)) section?.refuse(name, 'is not the name of a field.');
        if (typeof source !== 'string') {
          section?.refuse(name, 'must be an expression, e.g. answer.name.');
          continue;
        }
        const path = findPlainPath(source);
        // A line of its own: a comment at the end of an expression ends there.
        if (isValid(source, section?.at(name) ?? '', expressions, reader.problems)) {
          sources.push(`"${outputs.length}": (${source}\n)`);
          outputs.push({ part, name, path });
        }
      }
    }
    const needsThread = outputs.some(({ path }) => path === null);
    return new AnswerMapping(outputs, needsThread ? `{\n${sources.join(',\n')}\n}` : '', reader.where, expressions);
  }

  get isEmpty(): boolean {
    return this.outputs.length === 0;
  }

  /**
   * One result per input, in order.
   * @throws EnrichmentError when an expression fails or takes too long.
   */
  async map(inputs: readonly MappingInput[], timeoutMs: number, signal: AbortSignal): Promise<readonly Mapped[]> {
    const quick = inputs.map((input) => this.walkAll(input));
    const left = inputs.filter((_, index) => quick[index] === null);
    if (left.length === 0 || this.combined === null) return quick.map((values) => this.collect(values ?? []));
    const outcomes = await this.expressions.evaluateMany(this.combined, left.map(toPlain), { timeoutMs, signal });
    let next = 0;
    return quick.map((values) => {
      if (values !== null) return this.collect(values);
      const outcome = outcomes[next++];
      switch (outcome?.kind) {
        case 'value':
          return this.collect(this.outputs.map((_, index) => valueOf(outcome.value, String(index))));
        case 'error':
          throw new EnrichmentError('ENRICHMENT_FAILED', `the mapping of the answer failed: ${outcome.message}`);
        default:
          throw new EnrichmentError('TIMEOUT', 'the mapping of the answer took too long');
      }
    });
  }

  /** Null when an expression, or a list on a path, needs a thread. */
  private walkAll(input: MappingInput): unknown[] | null {
    const values: unknown[] = [];
    for (const { path } of this.outputs) {
      const step = path === null ? null : walk(input, path);
      if (step === null) return this.combined === null ? this.outputs.map((output) => found(input, output)) : null;
      values.push(step.value);
    }
    return values;
  }

  private collect(values: readonly unknown[]): Mapped {
    const mapped = { fields: empty(), accountFields: empty(), accessors: empty(), attributes: empty() };
    for (const [index, { part, name }] of this.outputs.entries()) {
      const value = toScalar(values[index]);
      if (value !== undefined) mapped[part][name] = value;
    }
    return mapped;
  }
}

/** A list on a path, where no thread is there to read it: its values have no place in a field anyway. */
function found(input: MappingInput, { path }: Output): unknown {
  return path === null ? undefined : walk(input, path)?.value;
}

function isValid(source: string, where: string, expressions: Expressions, problems: string[]): boolean {
  try {
    expressions.compile(source, where);
    return true;
  } catch (error) {
    if (!(error instanceof ExpressionSyntaxError)) throw error;
    problems.push(`${error.message}.`);
    return false;
  }
}

function empty(): Record<string, JsonValue> {
  return Object.create(null) as Record<string, JsonValue>;
}

function valueOf(record: unknown, name: string): unknown {
  return typeof record === 'object' && record !== null ? (record as Record<string, unknown>)[name] : undefined;
}

/** Fields are copied into plain objects: what is sent to a thread has no getters and no class. */
function toPlain({ answer, status, found: isFound, fields, account }: MappingInput): Record<string, unknown> {
  return { answer, status, found: isFound, fields: plainFields(fields), account: plainFields(account) };
}

function plainFields(fields: unknown): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields ?? {}).map(([name, value]: [string, unknown]) => [
      name,
      typeof value === 'bigint' ? String(value) : value,
    ]),
  );
}

/** A JSON scalar that any database holds; lists, objects and documents are none. */
function toScalar(value: unknown): JsonValue | undefined {
  switch (typeof value) {
    case 'boolean':
    case 'bigint':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : undefined;
    case 'string':
      return value.length > LONGEST_TEXT ? undefined : wellFormed(value);
    default:
      return value === null ? null : undefined;
  }
}
