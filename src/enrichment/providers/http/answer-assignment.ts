import type { Expressions } from '../../../expressions/expressions.js';
import type { JsonValue } from '../../../http/json-value.js';
import { EnrichmentError } from '../../enrichment-provider.js';
import type { CallResult } from './step-caller.js';
import type { Assignment } from './step-plan.js';
import { type TemplateValues, toText } from './template.js';

/** The key of one subject, as text; undefined where it has none. */
export function keyOf(assignment: Assignment, subject: TemplateValues): string | undefined {
  return toText(subject.read(assignment.key));
}

/** The keys of subjects, each once, in their order. */
export function keysOf(assignment: Assignment, subjects: readonly TemplateValues[]): JsonValue[] {
  return [...new Set(subjects.flatMap((subject) => keyOf(assignment, subject) ?? []))];
}

/**
 * Finds each subject's part of an answer that is about several. A subject that the answer does not name is not found.
 * @throws EnrichmentError when the expression for the items fails
 */
export async function assign(
  assignment: Assignment,
  result: CallResult,
  subjects: readonly TemplateValues[],
  expressions: Expressions,
  limits: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<readonly CallResult[]> {
  const { status } = result;
  const missing: CallResult = { kind: 'notFound', status };
  if (result.kind === 'notFound') return subjects.map(() => missing);
  const items = new Items(await findItems(assignment, result.answer, expressions, limits), assignment.answerKey);
  return subjects.map((subject) => {
    const key = keyOf(assignment, subject);
    const answer = key === undefined ? undefined : items.find(key);
    return answer === undefined || answer === null ? missing : { kind: 'found', status, answer };
  });
}

async function findItems(
  { items }: Assignment,
  answer: unknown,
  expressions: Expressions,
  limits: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<unknown> {
  if (items === null) return answer;
  const [outcome] = await expressions.evaluateMany(items, [{ answer }], limits);
  switch (outcome?.kind) {
    case 'value':
      return outcome.value;
    case 'error':
      throw new EnrichmentError('ENRICHMENT_FAILED', `finding the items of the answer failed: ${outcome.message}`);
    default:
      throw new EnrichmentError('TIMEOUT', 'finding the items of the answer took too long');
  }
}

/** Items of an answer by key: as it is written, else in any case, because systems fold e-mail addresses and domains. */
class Items {
  private readonly exact = new Map<string, unknown>();
  private readonly folded = new Map<string, unknown>();

  constructor(items: unknown, answerKey: string) {
    if (Array.isArray(items)) for (const item of items) this.add(property(item, answerKey), item);
    else if (typeof items === 'object' && items !== null) {
      // JSONata makes one item of a list of one.
      const own = property(items, answerKey);
      if (typeof own === 'string' || typeof own === 'number') this.add(own, items);
      for (const [key, item] of Object.entries(items)) this.add(key, item);
    }
  }

  find(key: string): unknown {
    return this.exact.get(key) ?? this.folded.get(key.trim().toLowerCase());
  }

  private add(key: unknown, item: unknown): void {
    const text = typeof key === 'string' || typeof key === 'number' ? String(key) : null;
    if (text === null) return;
    if (!this.exact.has(text)) this.exact.set(text, item);
    const folded = text.trim().toLowerCase();
    if (!this.folded.has(folded)) this.folded.set(folded, item);
  }
}

function property(item: unknown, name: string): unknown {
  if (typeof item !== 'object' || item === null || !Object.hasOwn(item, name)) return undefined;
  return (item as Record<string, unknown>)[name];
}
