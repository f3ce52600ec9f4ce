import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readStatements } from './support/sql-statements.js';

const ROOT = join(import.meta.dirname, '..');

/** The texts of a union or a list, as the source spells it. */
function named(file: string, pattern: RegExp): string[] {
  const found = pattern.exec(readFileSync(join(ROOT, file), 'utf8'))?.[1] ?? '';
  return [...found.matchAll(/'(\w+)'/g)].map((match) => match[1] ?? '');
}

describe('outcomes of steps', () => {
  const outcomes = named('src/actions/action-result.ts', /interface StepOutcome \{[^}]*?readonly outcome: ([^;]+);/);

  it('are each written by the enrichment', () => {
    expect(outcomes).toEqual(expect.arrayContaining(['ok', 'failed']));
    const written = new Set(readStatements('src/enrichment').pieces.map(({ text }) => text));
    expect(outcomes.filter((outcome) => !written.has(outcome))).toEqual([]);
  });

  it('are those that the documents name', () => {
    const documented = named('src/admin/action-detail.dto.ts', /@ApiProperty\(\{\s*enum: (\['ok'[^\]]*\])/);
    expect(documented).toEqual(outcomes);
  });
});
