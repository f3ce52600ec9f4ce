import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from './support/service-process.js';

interface Part {
  readonly words: number;
  readonly vague: readonly string[];
  readonly openings: readonly string[];
}

const { readHouse } = (await import(pathToFileURL(join(PROJECT_ROOT, 'scripts/prose.mjs')).href)) as {
  readHouse(root: string): Part[];
};
const scratch = mkdtempSync(join(tmpdir(), 'ricochet-prose-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const CLEAN = 'The receiver answers and the row ends. ';

function build(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(scratch, 'house-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

function read(files: Readonly<Record<string, string>>): Part {
  const parts = readHouse(build(files));
  return {
    words: parts.reduce((sum, { words }) => sum + words, 0),
    vague: parts.flatMap(({ vague }) => vague),
    openings: parts.flatMap(({ openings }) => openings),
  };
}

function check(files: Readonly<Record<string, string>>) {
  const program = join(PROJECT_ROOT, 'scripts/check-prose.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, build(files)], { encoding: 'utf8' });
  const complaints = stderr
    .split('\n')
    .filter(Boolean)
    .map((line) => line.trim());
  return { status, stdout, complaints };
}

describe('the prose check', () => {
  it('passes plain sentences and prints a figure for each of the three parts', () => {
    const { status, stdout, complaints } = check({
      'src/row.ts': `/** The row of a call. */\nexport const row = 1;\n`,
      'docs/calls.md': `# What calls are\n\n${CLEAN}\n`,
      'docs/adr/0001-rows.md': `# 0001\n\n${CLEAN}\n`,
    });
    expect({ status, complaints }).toEqual({ status: 0, complaints: [] });
    expect(stdout).toMatch(/^comments of src: 0\.00 .*\ndocs, README and CONTRIBUTING: 0\.00 .*\ndocs\/adr: 0\.00 /);
  });

  it.each(['whoever', 'nobody', 'somebody', 'whatever', 'whose', 'such', 'Nobody'])('counts %s', (word) => {
    const page = `${CLEAN.repeat(10)}\n\nThe row is ${word}.\n`;
    expect(read({ 'README.md': page })).toEqual({ words: 74, vague: [`README.md:3 ${word}`], openings: [] });
  });

  it('allows two in a thousand words and no more', () => {
    const page = (vague: string) => ({ 'CONTRIBUTING.md': `${'word '.repeat(998)}${vague}\n` });
    expect(check(page('nobody such'))).toMatchObject({ status: 0, complaints: [] });
    expect(check(page('nobody such whose'))).toMatchObject({ status: 1, complaints: { length: 3 } });
  });

  it.each([
    ['a paragraph', 'The row ends.\nWhat is left waits.\n', 2],
    ['the middle of a line', 'The row ends. Who asks is told.\n', 1],
    ['an item of a list', '- Whoever asks is told.\n', 1],
    ['an item of a numbered list', '1. **What is left** waits.\n', 1],
    ['a cell', '| Row | Use |\n|---|---|\n| a | What is left |\n', 3],
    ['a quote', 'The row ends.\n\n"What is left" waits.\n', 3],
  ])('finds a sentence that begins with What or Who in %s', (_, page, line) => {
    expect(read({ 'docs/rows.md': page }).openings).toEqual([
      expect.stringMatching(new RegExp(`^docs/rows\\.md:${line} begins: `)),
    ]);
  });

  it.each([
    ['a heading', '## What is promised\n'],
    ['the header of a table', '| What | Who |\n|---|---|\n| a | b |\n'],
    ['code', '```text\nWhat nobody sees.\n```\n'],
    ['code in a sentence', 'The header is `Such. What`.\n'],
    ['the middle of a sentence', 'The page says\nwhat is promised.\n'],
    ['a comment of HTML', '<!-- What the generator writes. -->\n'],
  ])('spares %s', (_, page) => {
    expect(read({ 'docs/rows.md': page })).toMatchObject({ vague: [], openings: [] });
  });

  it('reads the comments of a file and nothing else of it', () => {
    const code = [
      '/**',
      ' * The row.',
      ' * What is left waits.',
      ' */',
      "export const text = `// What a literal says ${'// Who'}`;",
      'export const pattern = /\\/\\/ What/;',
      '// The row ends.',
      '// Who asks is told.',
      'export const last = 1; // What it is.',
    ].join('\n');
    expect(read({ 'src/rows/row.ts': code }).openings).toEqual([
      'src/rows/row.ts:3 begins: What is left waits.',
      'src/rows/row.ts:8 begins: Who asks is told.',
      'src/rows/row.ts:9 begins: What it is.',
    ]);
  });

  it('names file and line of a forbidden opening, and fails', () => {
    const { status, complaints } = check({ 'docs/rows.md': 'The row ends.\nWhat is left waits.\n' });
    expect({ status, complaints }).toEqual({ status: 1, complaints: ['docs/rows.md:2 begins: What is left waits.'] });
  });

  it('takes a sentence over several lines of comments for one', () => {
    const code = '// The row says\n// what is left.\n// It says who\n// Whose it is.\n';
    const found = read({ 'src/row.ts': `${code}export const row = 1;\n` });
    expect(found).toMatchObject({ vague: ['src/row.ts:4 Whose'], openings: [] });
  });
});
