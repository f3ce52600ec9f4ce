import { describe, expect, it } from 'vitest';
import { ACCOUNT_YAML, definitionOf, edited, LEAD_YAML, set } from './catalog.fixtures.js';
import { canonicalText } from './canonical-text.js';
import { CatalogVersion } from './catalog-version.js';
import type { ServiceDefinition } from './service-definition.js';

const WHEN = edited(LEAD_YAML, set(['pipeline', 1, 'when'], 'fields.country = "DE"'));

const inOrder = (...names: string[]): string =>
  edited(LEAD_YAML, set(['pipeline', 0, 'settings'], Object.fromEntries(names.map((name) => [name, 1]))));

function loaded(...definitions: ServiceDefinition[]) {
  return definitions.map((definition) => ({ file: `services/${definition.apiName}.yaml`, definition }));
}

function versionOf(...yamls: string[]): CatalogVersion {
  return new CatalogVersion(loaded(...yamls.map(definitionOf)));
}

describe('the digest of a version', () => {
  it('is the same for definitions that mean the same, wherever they were read', () => {
    const { digest } = versionOf(LEAD_YAML, ACCOUNT_YAML);
    expect(digest).toMatch(/^[0-9a-f]{12}$/);
    expect(versionOf(LEAD_YAML, ACCOUNT_YAML).digest).toBe(digest);
    expect(versionOf(`# a comment\n${LEAD_YAML}\n\n`, ACCOUNT_YAML).digest).toBe(digest);
    const reordered = LEAD_YAML.replace('enabled: true\n', '').concat('enabled: true\n');
    expect(versionOf(reordered, ACCOUNT_YAML).digest).toBe(digest);
    const elsewhere = new CatalogVersion([
      { file: '/mnt/a.yaml', definition: definitionOf(LEAD_YAML) },
      { file: '/mnt/b.yaml', definition: definitionOf(ACCOUNT_YAML) },
    ]);
    expect(elsewhere.digest).toBe(digest);
  });

  it.each<[string, string[], string?]>([
    ['a service less', [LEAD_YAML]],
    ['another order, which decides who serves at /', [ACCOUNT_YAML, LEAD_YAML]],
    ['another description', [LEAD_YAML.replace('Checks an address', 'Checks'), ACCOUNT_YAML]],
    ['another setting of a step', [LEAD_YAML.replace('resolve: false', 'resolve: true'), ACCOUNT_YAML]],
    ['another time', [LEAD_YAML.replace('timeout: 500ms', 'timeout: 501ms'), ACCOUNT_YAML]],
    ['a condition', [WHEN, ACCOUNT_YAML]],
    ['another order within settings, which providers may go by', [inOrder('b', 'a'), ACCOUNT_YAML], inOrder('a', 'b')],
    ['another map', [`${LEAD_YAML}bridge: { companies: { A: acme } }\n`, ACCOUNT_YAML]],
  ])('is another with %s', (_what, yamls, before = LEAD_YAML) => {
    expect(versionOf(...yamls).digest).not.toBe(versionOf(before, ACCOUNT_YAML).digest);
  });

  it('tells maps with other entries apart, and conditions by their text', () => {
    const bridge = (id: string): string => `${LEAD_YAML}bridge: { companies: { A: ${id} } }\n`;
    expect(versionOf(bridge('acme')).digest).not.toBe(versionOf(bridge('other')).digest);
    expect(versionOf(WHEN).digest).toBe(versionOf(WHEN).digest);
    expect(versionOf(WHEN.replace('= "DE"', '= "FR"')).digest).not.toBe(versionOf(WHEN).digest);
  });
});

it.each([
  [{ b: 1, a: [{ d: 1, c: 2 }] }, '{"a":[{"c":2,"d":1}],"b":1}'],
  [new Map([['b', { y: 1, x: 2 }]]), '[["b",{"x":2,"y":1}]]'],
  [[Number.NaN, Infinity, 1n, null], '["number NaN","number Infinity","number 1",null]'],
  [{ call: () => 1, source: 'x' }, '{"source":"x"}'],
  [{ 2: 'b', 10: 'a' }, '{"2":"b","10":"a"}'],
])('writes %o', (value, text) => {
  expect(canonicalText(value)).toBe(text);
});

describe('a version keeps what another reading says again', () => {
  const version = versionOf(LEAD_YAML, ACCOUNT_YAML);

  it('as the same object, so that all that hangs on it goes on', () => {
    const [lead, account] = version.keepUnchanged(loaded(definitionOf(LEAD_YAML), definitionOf(ACCOUNT_YAML)));
    expect(lead?.definition).toBe(version.definitions[0]);
    expect(account?.definition).toBe(version.definitions[1]);
  });

  it('and of a definition that changed, the settings of the steps that did not', () => {
    const changed = definitionOf(LEAD_YAML.replace('Checks an address', 'Checks'));
    const [lead] = version.keepUnchanged(loaded(changed));
    expect(lead?.definition.description).toBe(changed.description);
    expect(lead?.definition.i18nDescription).toBe('Checks');
    expect(lead?.definition).not.toBe(version.definitions[0]);
    expect(lead?.definition.pipeline[0]?.settings).toBe(version.definitions[0]?.pipeline[0]?.settings);
    const other = definitionOf(LEAD_YAML.replace('resolve: false', 'resolve: true'));
    const [next] = version.keepUnchanged(loaded(other));
    expect(next?.definition.pipeline[0]?.settings).toEqual({ resolve: true });
    const reordered = new CatalogVersion(loaded(definitionOf(inOrder('a', 'b'))));
    const [turned] = reordered.keepUnchanged(loaded(definitionOf(inOrder('b', 'a'))));
    expect(Object.keys(turned?.definition.pipeline[0]?.settings ?? {})).toEqual(['b', 'a']);
    expect(next?.definition.pipeline[1]?.settings).toBe(version.definitions[0]?.pipeline[1]?.settings);
  });

  it('and nothing of a step of the same name by another provider', () => {
    const other = definitionOf(
      LEAD_YAML.replace('provider: email\n    name: syntax', 'provider: phone\n    name: syntax'),
    );
    const [next] = version.keepUnchanged(loaded(other));
    expect(next?.definition.pipeline[0]?.provider).toBe('phone');
    expect(next?.definition.pipeline[0]?.settings).not.toBe(version.definitions[0]?.pipeline[0]?.settings);
  });
});
