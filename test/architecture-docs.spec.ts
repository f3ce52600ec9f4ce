import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ACTION_TRANSITIONS, ACTION_STATES, isFinished } from '../src/actions/action-state.js';
import { DELIVERY_STATUSES } from '../src/delivery/delivery.js';
import { DELIVERY_TRANSITIONS, type DeliveryTransition } from '../src/delivery/delivery-transitions.js';
import { MarkdownPage } from './support/markdown.js';
import { compileSkeletons, readSkeletons } from './support/skeletons.js';
import { sourceFiles } from './support/sql-statements.js';

const ROOT = resolve(import.meta.dirname, '..');
const PAGE = join(ROOT, 'docs', 'architecture.md');
const page = new MarkdownPage(PAGE);
const text = readFileSync(PAGE, 'utf8');

const PATH = /^[\w.][\w.-]*(?:\/[\w.-]+)*\/?$/;
const FILE = /\w\.(?:ts|mjs|js|cjs|json|md|yaml)$/;
/** In commands and comments. */
const UNDER_ROOT = /\b(?:src|test|scripts|docs|migrations|deploy|bench|simulator|services)\/[\w./-]*\w/g;
const ROOMS = /(?:^|[\s"])([a-z][\w-]*\/)(?=[\s"])/g;

/** Every file and folder that a page names: in code, in links, in the picture of the house, in comments of skeletons. */
function namedPaths(markdown: string, path: string): string[] {
  const made = new Set([...markdown.matchAll(/^\/\/ (\S+\.ts)$/gm)].map((match) => match[1]));
  const prose = markdown.replaceAll(/^```[\s\S]*?^```$/gm, '');
  const spans = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);
  const links = [...prose.matchAll(/\]\(([^()\s#]+)[^()\s]*\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => relative(ROOT, resolve(dirname(path), target)));
  const picture = /```mermaid\nflowchart[\s\S]*?```/.exec(markdown)?.[0] ?? '';
  // Imports are compiled below, and changes applied to their files: their lines may name what is to be added.
  const unchecked = markdown.replaceAll(/^```diff[\s\S]*?^```$|^import .*$/gm, '');
  const paths = [
    ...spans.filter((span) => PATH.test(span) && (span.includes('/') || FILE.test(span))),
    ...links,
    ...[...unchecked.matchAll(UNDER_ROOT)].map(([found]) => found),
    ...[...picture.matchAll(ROOMS)].map(([, room = '']) => join('src', room)),
  ];
  return [...new Set(paths.map((named) => named.replace(/\/$/, '')))].filter((named) => !made.has(named));
}

function missing(paths: readonly string[]): string[] {
  return paths.filter((path) => !existsSync(join(ROOT, path)));
}

/** The arrows of the diagram under a marker, without their names. */
function arrowsOf(markdown: string, marker: string): string[] {
  const block = new RegExp(`<!-- generated: ${marker} -->\\s+\`\`\`mermaid\\nstateDiagram-v2\\n([\\s\\S]*?)\`\`\``);
  const [, diagram = ''] = block.exec(markdown) ?? [];
  return [...diagram.matchAll(/^ +(\S+) --> (\S+)/gm)].map(([, from, to]) => `${from} --> ${to}`).sort();
}

/** `from --> to: who`, for each name that an arrow has. */
function namesOf(markdown: string, marker: string): string[] {
  const [, diagram = ''] = new RegExp(`<!-- generated: ${marker} -->([\\s\\S]*?)<!--`).exec(markdown) ?? [];
  const arrows = [...diagram.matchAll(/^ +(\S+ --> \S+) : (.+)$/gm)];
  return arrows.flatMap(([, arrow, names = '']) => names.split(', ').map((name) => `${arrow}: ${name}`)).sort();
}

const inActions = [
  '[*] --> received',
  ...ACTION_STATES.flatMap((from) => ACTION_TRANSITIONS[from].map((to) => `${from} --> ${to}`)),
  ...ACTION_STATES.filter(isFinished).map((state) => `${state} --> [*]`),
].sort();
const rows: readonly DeliveryTransition[] = DELIVERY_TRANSITIONS;
const inDeliveries = rows.flatMap(({ from, to, by }) =>
  (from.length === 0 ? ['[*]'] : from).flatMap((start) => to.map((end) => ({ arrow: `${start} --> ${end}`, by }))),
);

describe('docs/architecture.md', () => {
  it('names files and folders that exist', () => {
    const paths = namedPaths(text, PAGE);
    expect(paths.length).toBeGreaterThan(80);
    expect(missing(paths)).toEqual([]);
  });

  it.each([
    ['`src/delivery/delivery-stage.ts`', '`src/delivery/no-stage.ts`'],
    ['(adr/0006-finish-receipts.md)', '(adr/0006-no-receipts.md)'],
    ['recovery["recovery/"]', 'recovery["no-recovery/"]'],
    ['`.dependency-cruiser.cjs`', '`.no-cruiser.cjs`'],
    ['**The spine**, `src/actions/`', '**The spine**, `src/no-actions/`'],
  ])('would not get away with a wrong path: %s', (right, wrong) => {
    expect(text).toContain(right);
    expect(missing(namedPaths(text.replace(right, wrong), PAGE))).toHaveLength(1);
  });

  it('names classes that exist', () => {
    const source = sourceFiles(join(ROOT, 'src'))
      .map((path) => readFileSync(path, 'utf8'))
      .join('\n');
    const names = [...text.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/`([A-Z][a-z]+[A-Z]\w*)[`.]/g)];
    const skeletons = page.blocks.map((block) => block.text).join('\n');
    const unknown = names
      .map(([, name = '']) => name)
      .filter((name) => ![source, skeletons].some((code) => new RegExp(`\\b${name}\\b`).test(code)));
    expect(names.length).toBeGreaterThan(15);
    expect(unknown).toEqual([]);
  });

  it('draws the life of an action as the table has it', () => {
    expect(arrowsOf(text, 'states of an action')).toEqual(inActions);
  });

  it('draws the life of a delivery as the table has it, with those that make the moves', () => {
    const arrows = [...new Set(inDeliveries.map(({ arrow }) => arrow))];
    const leftByItself = rows.filter(({ by }) => by !== 'administrator').flatMap(({ from }) => from);
    const ends = DELIVERY_STATUSES.filter((status) => !leftByItself.includes(status));
    const expected = [...arrows, ...ends.map((status) => `${status} --> [*]`)].sort();
    expect(arrowsOf(text, 'statuses of a delivery')).toEqual(expected);
    const names = [...new Set(inDeliveries.map(({ arrow, by }) => `${arrow}: ${by}`))].sort();
    expect(namesOf(text, 'statuses of a delivery')).toEqual(names);
  });

  it('explains its words in the order of the alphabet', () => {
    const [, glossary = ''] = /^## Glossary$([\s\S]*?)^# /m.exec(text) ?? [];
    const words = [...glossary.matchAll(/^\| ([a-z][\w -]*) \|/gm)].map(([, word = '']) => word);
    expect(words).toEqual(words.toSorted((a, b) => a.localeCompare(b, 'en')));
    expect(words).toEqual(expect.arrayContaining(['ring', 'suspect', 'lease', 'floor', 'place', 'receipt']));
    expect(words).toEqual(expect.arrayContaining(['destination', 'owner', 'channel', 'dialect', 'fencing token']));
    expect(words).toEqual(expect.arrayContaining(['breaker', 'held', 'orphan', 'bridge']));
  });
});

describe('its skeletons', () => {
  it('fit the files they change, and compile', { timeout: 180_000 }, () => {
    const skeletons = readSkeletons(ROOT, page.blocks);
    expect(skeletons.made.size).toBeGreaterThan(15);
    expect(compileSkeletons(ROOT, skeletons)).toEqual([]);
  });

  it('would be caught otherwise', { timeout: 180_000 }, () => {
    const wrong = [{ language: 'ts', text: `// src/partners/wrong.ts\nexport const wrong: number = 'text';\n` }];
    expect(compileSkeletons(ROOT, readSkeletons(ROOT, wrong))).toEqual([expect.stringContaining('is not assignable')]);
    const unfit = [{ language: 'diff', text: '# src/app.module.ts\n no such line\n+another\n' }];
    expect(() => readSkeletons(ROOT, unfit)).toThrow('fits in 0 places');
  });
});
