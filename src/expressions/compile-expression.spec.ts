import { describe, expect, it } from 'vitest';
import { compileExpression } from './compile-expression.js';
import { ExpressionSyntaxError } from './expressions.errors.js';

describe('compileExpression', () => {
  it.each([
    ['fields.city'],
    ['fields.employees > 500 ? "enterprise" : "smb"'],
    ['( $rate := 3; fields.points * $rate )'],
    ['$uppercase(fields.name) /* a remark */'],
    ['fields.eval'],
    ['"$eval"'],
  ])('takes %s', (source) => {
    expect(compileExpression(source, 'here')).toMatchObject({ source, where: 'here' });
  });

  it.each([
    ['', 'the expression is empty'],
    [' \n ', 'the expression is empty'],
    ['a +', 'line 1, column 3'],
    ['(a', 'Expected ")" before end of expression'],
    ['$sum(', 'Expected ")" before end of expression'],
    ['"open', 'String literal must be terminated'],
    ['a = ', 'Unexpected end of expression'],
    ['{"a": }', 'line 1, column 7'],
    ['a[', 'Expected "]"'],
    ['\n\n a ++', 'line 3, column 5'],
    ['a b', 'line 1, column 3'],
    ['/* open', 'Comment has no closing tag'],
    ['`open', 'terminated with a backquote'],
    ['1e999', 'Number out of range'],
    ['//', 'Empty regular expressions'],
    ['{{ fields.name }}', 'the expression is wrong'],
    ['$eval(fields.code)', '$eval is not available (at line 1, column 5)'],
    ['$map(list, $eval)', '$eval is not available'],
    [`"${'x'.repeat(70_000)}"`, 'longer than 65536 characters'],
    ['('.repeat(30_000), 'nested too deeply'],
  ])('refuses %#: %s', (source, problem) => {
    const compile = (): unknown => compileExpression(source, 'service a.yaml, when');
    expect(compile).toThrow(ExpressionSyntaxError);
    expect(compile).toThrow(/^service a\.yaml, when: [^\n]+$/);
    expect(compile).toThrow(problem);
  });
});
