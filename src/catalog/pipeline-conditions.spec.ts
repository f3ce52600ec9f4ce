import { describe, expect, it } from 'vitest';
import { definitionOf, edited, LEAD_YAML } from './catalog.fixtures.js';
import { problemLine } from './catalog.errors.js';
import { parseDefinition } from './definition-parser.js';
import { buildOpenApiDocument } from './openapi-document.js';
import { buildServiceDefinition } from './service-definition-document.js';

const OPTIONS = {
  baseUrl: 'https://x.example',
  scheme: 'apiKey',
  apiKeyName: 'k',
  apiKeyIn: 'header',
  tokenUrl: '',
} as const;

function withPipeline(...pipeline: unknown[]): string {
  return edited(LEAD_YAML, (document) => document.set('pipeline', document.createNode(pipeline)));
}

function linesOf(...pipeline: unknown[]): string[] {
  const parsed = parseDefinition(withPipeline(...pipeline), 'x.yaml');
  return parsed.kind === 'valid' ? [] : parsed.problems.map(problemLine);
}

const CRM = { provider: 'lookup', name: 'crm' };
const VENDOR = { provider: 'lookup', name: 'vendor' };

describe('when', () => {
  it('is compiled, and says where it stands', () => {
    const [step] = definitionOf(withPipeline({ provider: 'email', when: 'fields.country = "DE"' })).pipeline;
    expect(step?.when).toMatchObject({ source: 'fields.country = "DE"', where: 'pipeline[0].when' });
  });

  it('is no part of what Adobe reads', () => {
    const plain = definitionOf(withPipeline({ provider: 'email' }));
    const conditional = definitionOf(withPipeline({ provider: 'email', when: 'fields.a = 1' }));
    expect(buildServiceDefinition(conditional)).toEqual(buildServiceDefinition(plain));
    expect(JSON.stringify(buildOpenApiDocument(conditional, OPTIONS))).not.toContain('fields.a');
  });

  it.each([
    ['fields.country = ', 'pipeline[0].when: the expression is wrong at line 1, column'],
    ['fields.country == "DE"', 'pipeline[0].when: the expression is wrong at line 1, column 17'],
    ['$eval(fields.code)', 'pipeline[0].when: $eval is not available'],
    ['(a = 1', 'pipeline[0].when: the expression is wrong'],
    ['', 'pipeline[0].when: is empty'],
    ['"yes"', 'pipeline[0].when: is never true or false'],
    ['1', 'pipeline[0].when: is never true or false'],
    [1, 'pipeline[0].when: must be a text, not the number 1'],
    [true, 'pipeline[0].when: is always true'],
    [false, 'pipeline[0].when: is always false'],
    [['a = 1'], 'pipeline[0].when: must be a text, not a list'],
    [{ a: 1 }, 'pipeline[0].when: must be a text, not a mapping'],
  ])('refuses %j', (when, problem) => {
    const lines = linesOf({ provider: 'email', when });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(problem);
    expect(lines[0]).toMatch(/\(.+\)$/);
  });
});

describe('waterfall', () => {
  it('puts its steps into the pipeline, all of them with the same search', () => {
    const { pipeline } = definitionOf(
      withPipeline(
        { provider: 'email' },
        { waterfall: [CRM, VENDOR], until: 'employees', accessor: 'kind', required: true, when: 'fields.a = 1' },
        { provider: 'score' },
      ),
    );
    expect(pipeline.map(({ name }) => name)).toEqual(['email', 'crm', 'vendor', 'score']);
    expect(pipeline[1]?.waterfall).toMatchObject({
      name: 'employees',
      until: 'employees',
      accessor: 'kind',
      required: true,
      when: { source: 'fields.a = 1' },
    });
    expect(pipeline[2]?.waterfall).toBe(pipeline[1]?.waterfall);
    expect(pipeline[0]?.waterfall).toBeUndefined();
  });

  const search = { waterfall: [CRM, VENDOR], until: 'employees' };
  it.each<[string, object, string]>([
    ['no steps', { ...search, waterfall: [] }, 'pipeline[0].waterfall: has no steps'],
    ['nothing at all', { ...search, waterfall: null }, 'pipeline[0].waterfall: has no steps'],
    ['one step', { ...search, waterfall: [CRM] }, 'pipeline[0].waterfall: has one step only'],
    ['a text for a list', { ...search, waterfall: 'crm' }, 'pipeline[0].waterfall: must be a list, not a text'],
    ['no field', { waterfall: [CRM, VENDOR] }, 'pipeline[0].until: is missing'],
    ['an odd field', { ...search, until: 'a b' }, 'pipeline[0].until: has characters a name cannot have'],
    ['a field of every object', { ...search, until: '__proto__' }, 'pipeline[0].until: "__proto__" is reserved'],
    ['a provider beside it', { ...search, provider: 'email' }, 'pipeline[0].provider: does not go with waterfall'],
    ['settings beside it', { ...search, settings: {} }, 'pipeline[0].settings: does not go with waterfall'],
    ['a timeout beside it', { ...search, timeout: '1s' }, 'pipeline[0].timeout: does not go with waterfall'],
    [
      'a required step',
      { ...search, waterfall: [CRM, { ...VENDOR, required: true }] },
      'pipeline[0].waterfall[1].required: does not go with a step of a waterfall (write it beside waterfall)',
    ],
    [
      'another one within',
      { ...search, waterfall: [CRM, { ...VENDOR, ...search }] },
      'pipeline[0].waterfall[1].waterfall: cannot stand within a waterfall',
    ],
    [
      'a name twice',
      { ...search, waterfall: [CRM, CRM] },
      'pipeline[0].waterfall[1].name: "crm" is already used by pipeline[0].waterfall[0]',
    ],
    [
      'a step without a provider',
      { ...search, waterfall: [CRM, { name: 'x' }] },
      'pipeline[0].waterfall[1].provider: is missing',
    ],
    [
      'an accessor that does not exist',
      { ...search, accessor: 'kinds' },
      'pipeline[0].accessor: "kinds" is not an accessor of the service (did you mean kind?)',
    ],
    ['an accessor of numbers', { ...search, accessor: 'grade' }, 'pipeline[0].accessor: "grade" is of type integer'],
    ['a broken condition', { ...search, when: 'a =' }, 'pipeline[0].when: the expression is wrong'],
    ['a misspelt key', { ...search, untill: 'x' }, 'pipeline[0].untill: is not a known key (did you mean until?)'],
  ])('refuses %s', (_what, item, problem) => {
    const lines = linesOf(item);
    expect(lines.filter((line) => line.includes(problem))).toHaveLength(1);
  });

  it('refuses an accessor whose values lack the name of a step', () => {
    const yaml = edited(withPipeline({ ...search, accessor: 'kind' }), (document) =>
      document.setIn(['invocationPayloadDef', 'accessorsMetadata', 1, 'allowedValues'], ['crm']),
    );
    const parsed = parseDefinition(yaml, 'x.yaml');
    expect(parsed.kind === 'invalid' && parsed.problems.map(problemLine)).toEqual([
      'x.yaml: pipeline[0].accessor: cannot say "vendor", which finds the field (add "vendor" to allowedValues of kind)',
    ]);
  });
});

describe('the default of an accessor', () => {
  function withAccessor(accessor: object): string {
    return edited(LEAD_YAML, (document) =>
      document.setIn(['invocationPayloadDef', 'accessorsMetadata'], document.createNode([accessor])),
    );
  }

  it.each([
    [{ dataType: 'integer', constraints: { minValue: 0, maxValue: 9 } }, 0],
    [{ dataType: 'float' }, 0.5],
    [{ dataType: 'string', constraints: { allowedValues: ['a', 'unknown'] } }, 'unknown'],
    [{ dataType: 'string' }, ''],
    [{ dataType: 'boolean' }, false],
    [{ dataType: 'date' }, '2026-01-31'],
  ])('may be for %j: %j', (accessor, value) => {
    const definition = definitionOf(withAccessor({ accessorName: 'a', ...accessor, default: value }));
    expect(definition.invocation.accessors[0]?.default).toBe(value);
    expect(JSON.stringify(buildServiceDefinition(definition))).not.toContain('"default"');
  });

  it.each([
    [{ dataType: 'integer' }, '0', 'must have the type integer, but is a text'],
    [{ dataType: 'integer' }, 0.5, 'must have the type integer, but is the number 0.5'],
    [{ dataType: 'integer', constraints: { minValue: 1 } }, 0, '0 is outside minValue and maxValue'],
    [{ dataType: 'float', constraints: { maxValue: 1 } }, 2, '2 is outside minValue and maxValue'],
    [{ dataType: 'string' }, 0, 'must have the type string, but is the number 0'],
    [{ dataType: 'string', constraints: { allowedValues: ['a'] } }, 'b', '"b" is not one of allowedValues'],
    [{ dataType: 'boolean' }, 'false', 'must have the type boolean, but is a text'],
    [{ dataType: 'date' }, '31.01.2026', 'must have the type date, but is a text'],
    [{ dataType: 'datetime' }, '2026-01-31', 'must have the type datetime, but is a text'],
    [{ dataType: 'string' }, ['a'], 'must have the type string, but is a list'],
  ])('is refused for %j: %j', (accessor, value, problem) => {
    const parsed = parseDefinition(withAccessor({ accessorName: 'a', ...accessor, default: value }), 'x.yaml');
    expect(parsed.kind === 'invalid' && parsed.problems.map(problemLine)).toEqual([
      `x.yaml: invocationPayloadDef.accessorsMetadata[0].default: ${problem} (correct or remove it)`,
    ]);
  });
});
