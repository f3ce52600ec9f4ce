import { describe, expect, it } from 'vitest';
import { parseWire, type WireObject } from './lossless.js';
import { holds, PATH_OPERATORS, takePath } from './path-evaluator.js';

const accessors = parseWire(
  '{"score":70,"ratio":0.5,"huge":9007199254740993,"grade":"B","ok":true,"none":null}',
) as WireObject;

describe('holds', () => {
  it.each<[string, string, string[], boolean]>([
    ['score', 'is', ['70'], true],
    ['score', 'is', ['70.0'], true],
    ['score', 'is', ['71', '70'], true],
    ['score', 'is', ['7'], false],
    ['score', 'is', ['seventy'], false],
    ['huge', 'is', ['9007199254740993'], true],
    ['huge', 'is', ['9007199254740992'], false],
    ['grade', 'is', ['B'], true],
    ['grade', 'is', ['b'], false],
    ['ok', 'is', ['true'], true],
    ['ok', 'is', ['TRUE'], true],
    ['ok', 'is', ['1'], false],
    ['score', 'isNot', ['71'], true],
    ['score', 'isNot', ['71', '70'], false],
    ['grade', 'isNot', ['A'], true],
    ['ok', 'isNot', ['false'], true],
    ['score', 'greaterThan', ['9'], true],
    ['score', 'greaterThan', ['70'], false],
    ['huge', 'greaterThan', ['9007199254740992'], true],
    ['ratio', 'greaterThan', ['0'], true],
    ['grade', 'greaterThan', ['A'], true],
    ['score', 'greaterThanOrEqual', ['70'], true],
    ['score', 'greaterThanOrEqual', ['70.5'], false],
    ['score', 'lessThan', ['100'], true],
    ['score', 'lessThan', ['70'], false],
    ['score', 'lessThanOrEqual', ['70'], true],
    ['ratio', 'lessThanOrEqual', ['0.4'], false],
    ['grade', 'contains', ['B'], true],
    ['grade', 'contains', ['x'], false],
    ['score', 'contains', ['7'], true],
    ['grade', 'notContains', ['x'], true],
    ['grade', 'notContains', ['B'], false],
    ['none', 'is', [''], false],
    ['none', 'is', ['null'], false],
    ['missing', 'is', ['undefined'], false],
    ['missing', 'isNot', ['x'], true],
    ['missing', 'greaterThan', ['-1'], false],
    ['missing', 'greaterThanOrEqual', ['0'], false],
    ['missing', 'lessThan', ['1'], false],
    ['missing', 'lessThanOrEqual', ['0'], false],
    ['missing', 'contains', [''], false],
    ['missing', 'notContains', ['x'], true],
  ])('%s %s %j is %s', (accessor, operator, values, expected) => {
    expect(holds({ accessor, operator, values }, accessors)).toBe(expected);
  });

  it('knows every documented operator and no other', () => {
    for (const operator of PATH_OPERATORS)
      expect(() => holds({ accessor: 'score', operator, values: ['1'] }, accessors)).not.toThrow();
    expect(() => holds({ accessor: 'score', operator: 'between', values: ['1'] }, accessors)).toThrow(/between/);
  });
});

describe('takePath', () => {
  const condition = (accessor: string, operator: string, value: string) => ({ accessor, operator, values: [value] });

  it('takes the first path that matches, all of its conditions holding', () => {
    const paths = [
      { pathId: 'both', conditions: [condition('score', 'is', '70'), condition('grade', 'is', 'A')] },
      { pathId: 'one', conditions: [condition('score', 'is', '70')] },
      { pathId: 'other', conditions: [condition('grade', 'is', 'B')] },
    ];
    expect(takePath(paths, accessors)).toBe('one');
  });

  it('takes an empty path as the default, and none when there is none', () => {
    const never = { pathId: 'never', conditions: [condition('score', 'is', '0')] };
    expect(takePath([never, { pathId: 'default', conditions: [] }], accessors)).toBe('default');
    expect(takePath([never], accessors)).toBeNull();
  });
});
