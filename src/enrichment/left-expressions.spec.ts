import { expect, it } from 'vitest';
import { definitionOf, edited, LEAD_YAML, set } from '../catalog/catalog.fixtures.js';
import { CatalogVersion } from '../catalog/catalog-version.js';
import { leavesExpressions } from './left-expressions.js';

const conditional = (when: string): string => edited(LEAD_YAML, set(['pipeline', 0, 'when'], when));

it.each([
  ['another description', LEAD_YAML, LEAD_YAML.replace('Checks an address', 'Checks'), false],
  ['another time of a step', LEAD_YAML, LEAD_YAML.replace('timeout: 500ms', 'timeout: 1s'), false],
  ['other settings', LEAD_YAML, LEAD_YAML.replace('resolve: false', 'resolve: true'), true],
  [
    'the same condition',
    conditional('fields.a = "x"'),
    conditional('fields.a = "x"').replace('ks an a', 'ks  an a'),
    false,
  ],
  ['another condition', conditional('fields.a = "x"'), conditional('fields.a = "y"'), true],
  ['a condition that is gone', conditional('fields.a = "x"'), LEAD_YAML, true],
  ['a new condition', LEAD_YAML, conditional('fields.a = "x"'), false],
])('a change leaves expressions behind or does not: %s', (_what, before, after, leaves) => {
  const version = new CatalogVersion([{ file: 'a.yaml', definition: definitionOf(before) }]);
  const next = version.keepUnchanged([{ file: 'a.yaml', definition: definitionOf(after) }]);
  const inUse = next.map(({ definition }) => definition);
  expect(leavesExpressions(version.definitions, inUse)).toBe(leaves);
});
