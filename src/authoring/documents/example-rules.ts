import { createContext, Script } from 'node:vm';
import addFormats from 'ajv-formats';
import AjvDraft04 from 'ajv-draft-04';
import { isJsonObject } from '../../http/json-value.js';
import type { DocumentFindings } from './document-findings.js';
import { toJsonSchema } from './json-schema.js';

type Json = Readonly<Record<string, unknown>>;

/** A value that stands for a schema. */
interface Example {
  readonly at: string;
  readonly value: unknown;
  readonly schema: Json;
}

/** Documents come from anywhere: a pattern that does not end is given up. */
const PATTERN_MS = 50;
const MOST_ERRORS = 3;
const VALUE_KEYS: ReadonlySet<string> = new Set(['example', 'examples', 'default', 'enum']);

/** Every example fits the schema that it stands beside. */
export function checkExamples(document: Json, findings: DocumentFindings): void {
  const examples = [...collect(document, '', false)];
  const ajv = new AjvDraft04.default({
    allErrors: false,
    strict: false,
    logger: false,
    validateSchema: false,
    code: { regExp: TimedPattern.engine },
  });
  addFormats.default(ajv as unknown as Parameters<typeof addFormats.default>[0]);
  const components = isJsonObject(document['components']) ? document['components'] : {};
  const schemas = Object.entries(isJsonObject(components['schemas']) ? components['schemas'] : {});
  const definitions = Object.fromEntries(schemas.map(([name, schema]) => [name, toJsonSchema(schema)]));
  ajv.addSchema({ id: 'document', definitions });
  let told = 0;
  for (const { at, value, schema } of examples) {
    if (told >= MOST_ERRORS) return;
    const problem = problemOf(ajv, schema, value);
    if (problem === null) continue;
    told += 1;
    findings.refuse('document', at, `does not fit its schema: ${problem}`, 'mend the example, or the schema');
  }
}

function problemOf(ajv: InstanceType<typeof AjvDraft04.default>, schema: Json, value: unknown): string | null {
  try {
    const validate = ajv.compile(toJsonSchema(schema) as object);
    if (validate(value)) return null;
    const [error] = validate.errors ?? [];
    const { additionalProperty } = (error?.params ?? {}) as { additionalProperty?: unknown };
    const extra = typeof additionalProperty === 'string' ? ` (${additionalProperty})` : '';
    return `${error?.instancePath.slice(1).replaceAll('/', '.') ?? ''} ${error?.message ?? ''}${extra}`.trim();
  } catch (error) {
    return `it cannot be compared: ${(error as Error).message}`;
  }
}

/** Objects with a schema beside an example, and schemas with an example of themselves. */
function* collect(value: unknown, at: string, isSchema: boolean): Generator<Example> {
  if (Array.isArray(value)) {
    for (const [index, one] of value.entries()) yield* collect(one, `${at}[${index}]`, isSchema);
    return;
  }
  if (!isJsonObject(value)) return;
  const { schema, example, examples } = value;
  if (isSchema && example !== undefined && value['$ref'] === undefined)
    yield { at: `${at}.example`, value: example, schema: value };
  if (!isSchema && isJsonObject(schema)) {
    if (example !== undefined) yield { at: `${at}.example`, value: example, schema };
    for (const [name, one] of Object.entries(isJsonObject(examples) ? examples : {})) {
      if (isJsonObject(one) && 'value' in one) yield { at: `${at}.examples.${name}`, value: one['value'], schema };
    }
  }
  for (const [key, member] of Object.entries(value)) {
    if (VALUE_KEYS.has(key)) continue;
    const inner = at === '' ? key : `${at}.${key}`;
    if (inner === 'components.schemas' || (isSchema && key === 'properties')) {
      // Their keys are names.
      for (const [name, one] of Object.entries(isJsonObject(member) ? member : {})) {
        yield* collect(one, `${inner}.${name}`, true);
      }
    } else yield* collect(member, inner, isSchema || key === 'schema');
  }
}

/** A regular expression of a document, with a time. */
class TimedPattern {
  private static readonly script = new Script('pattern.test(text)');

  static readonly engine = Object.assign((pattern: string, flags: string) => new TimedPattern(pattern, flags), {
    code: 'new RegExp',
  });

  private readonly pattern: RegExp;

  constructor(pattern: string, flags: string) {
    this.pattern = new RegExp(pattern, flags);
  }

  test(text: string): boolean {
    const context = createContext({ pattern: this.pattern, text });
    return TimedPattern.script.runInContext(context, { timeout: PATTERN_MS }) as boolean;
  }
}
