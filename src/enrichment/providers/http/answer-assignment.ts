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
  const keys = subjects.map((subject) => keyOf(assignment, subject));
  const asked = new FoldedKeys();
  for (const key of keys) if (key !== undefined) asked.add(key);
  return keys.map((key) => {
    const answer = key === undefined ? undefined : items.find(key, !asked.isAmbiguous(key));
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

/** Keys by their folded form, which several may have: ids of some systems differ in the case of a letter alone. */
class FoldedKeys {
  /** Null: several keys have this form. */
  private readonly keys = new Map<string, string | null>();

  add(key: string): void {
    const form = key.trim().toLowerCase();
    const known = this.keys.get(form);
    if (known === undefined) this.keys.set(form, key);
    else if (known !== key) this.keys.set(form, null);
  }

  /** The one key that has the form of this one; undefined when there is none, or more than one. */
  find(key: string): string | undefined {
    return this.keys.get(key.trim().toLowerCase()) ?? undefined;
  }

  isAmbiguous(key: string): boolean {
    return this.keys.get(key.trim().toLowerCase()) === null;
  }
}

/**
 * Items of an answer by key: as it is written, else in any case, because systems fold e-mail addresses and domains. Of items
 * with the very same key the first counts.
 */
class Items {
  private readonly exact = new Map<string, unknown>();
  private readonly folded = new FoldedKeys();

  constructor(items: unknown, answerKey: string) {
    if (Array.isArray(items)) for (const item of items) this.add(property(item, answerKey), item);
    else if (typeof items === 'object' && items !== null) {
      // JSONata makes one item of a list of one.
      const own = property(items, answerKey);
      if (typeof own === 'string' || typeof own === 'number') this.add(own, items);
      for (const [key, item] of Object.entries(items)) this.add(key, item);
    }
  }

  /** @param folds whether a key in another case will do; not where it may be another subject's: none is better than a wrong one. */
  find(key: string, folds: boolean): unknown {
    if (this.exact.has(key)) return this.exact.get(key);
    const other = folds ? this.folded.find(key) : undefined;
    return other === undefined ? undefined : this.exact.get(other);
  }

  private add(key: unknown, item: unknown): void {
    const text = typeof key === 'string' || typeof key === 'number' ? String(key) : null;
    if (text === null) return;
    if (!this.exact.has(text)) this.exact.set(text, item);
    this.folded.add(text);
  }
}

function property(item: unknown, name: string): unknown {
  if (typeof item !== 'object' || item === null || !Object.hasOwn(item, name)) return undefined;
  return (item as Record<string, unknown>)[name];
}
