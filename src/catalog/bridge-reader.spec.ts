import { describe, expect, it } from 'vitest';
import { ACCOUNT_YAML, definitionOf, LEAD_YAML } from './catalog.fixtures.js';
import { parseDefinition } from './definition-parser.js';

/** The problems of the service when this is appended, one line per problem. */
function problemsWith(text: string, yaml = LEAD_YAML): string[] {
  const parsed = parseDefinition(`${yaml}\n${text}`, 'service.yaml');
  return parsed.kind === 'valid' ? [] : parsed.problems.map((problem) => JSON.stringify(problem));
}

describe('bridge', () => {
  it('is off by default', () => {
    expect(definitionOf(LEAD_YAML).bridge).toBeNull();
  });

  it('names one company, or one per organisation', () => {
    expect(definitionOf(`${LEAD_YAML}\nbridge: { companyId: acme }`).bridge).toEqual({
      companyId: 'acme',
      companies: new Map(),
    });
    expect(
      definitionOf(`${LEAD_YAML}\nbridge: { companies: { 'A@AdobeOrg': acme, 'B@AdobeOrg': g-2 } }`).bridge,
    ).toEqual({
      companyId: null,
      companies: new Map([
        ['A@AdobeOrg', 'acme'],
        ['B@AdobeOrg', 'g-2'],
      ]),
    });
  });

  it.each([
    ['bridge: {}', 'names no company'],
    ['bridge: yes please', 'must be a mapping'],
    ['bridge: { companyId: a/b }', 'is not the id of a company'],
    ['bridge: { companies: { A@AdobeOrg: 7 } }', 'is not the id of a company'],
    ['bridge: { companyId: acme, companies: { A@AdobeOrg: acme } }', 'goes not together with companyId'],
    ['bridge: { company: acme, companyId: acme }', 'is not a known key'],
  ])('%s is a problem', (text, problem) => {
    const problems = problemsWith(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });

  it('goes with leads only', () => {
    expect(problemsWith('bridge: { companyId: acme }', ACCOUNT_YAML)[0]).toContain('does not go with the entity type');
  });
});
