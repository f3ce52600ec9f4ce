// Reads prose out of pages and comments, and measures it. `check-prose.mjs` holds the limits.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** Words that hide who acts. The good houses use them once in a thousand words. */
const VAGUE = /\b(?:whoever|nobody|somebody|whatever|whose|such)\b/giu;
const WORD = /[\p{L}\p{N}][\p{L}\p{N}'’_-]*/gu;
const OPENING = /^[\s"'“‘(*_[]*(?:What|Who|Whoever)\b/u;
const SENTENCE_END = /[.!?][)"'”’*_\]]*\s+(?=[\s"'“‘(*_[`]*[\p{Lu}\p{N}`])/gu;

/**
 * The blocks of a page that hold sentences, with the line each begins on. Headings, headers of tables, code and
 * comments of HTML hold none.
 */
export function blocksOfPage(text) {
  const blocks = [];
  let open = null;
  let fence = null;
  let inComment = false;
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    const mark = /^\s*(`{3,}|~{3,})/u.exec(line)?.[1];
    if (fence !== null) {
      if (mark !== undefined && mark.startsWith(fence)) fence = null;
      continue;
    }
    const commentBegins = /^\s*<!--/u.test(line);
    if (inComment || commentBegins) {
      inComment = !line.includes('-->');
      open = null;
    } else if (mark !== undefined) {
      fence = mark;
      open = null;
    } else if (/^\s*(?:#|\|\s*:?-{3}|$)/u.test(line)) {
      open = null;
    } else if (/^\s*\|/u.test(line)) {
      open = null;
      if (/^\s*\|\s*:?-{3}/u.test(lines[index + 1] ?? '')) continue;
      const cells = line.replaceAll('\\|', ' ').split('|');
      blocks.push(...cells.map((cell) => ({ line: index + 1, lines: [cell] })));
    } else {
      const item = /^\s*(?:[-*+]|\d+\.)\s+(.*)$/u.exec(line);
      if (open === null || item !== null) {
        open = { line: index + 1, lines: [] };
        blocks.push(open);
      }
      open.lines.push(item?.[1] ?? line);
    }
  }
  return blocks;
}

/** The blocks of a file's comments. A run of lines that begin with two slashes is one text. */
export function blocksOfComments(fileName, text) {
  const file = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true);
  const lineOf = (position) => file.getLineAndCharacterOfPosition(position).line + 1;
  const runs = [];
  for (const { pos, end, kind } of commentsOf(file, text)) {
    const line = lineOf(pos);
    const last = runs.at(-1);
    if (kind === ts.SyntaxKind.MultiLineCommentTrivia) {
      const inside = text
        .slice(pos, end)
        .replace(/^\/\*+/u, '')
        .replace(/\*+\/$/u, '');
      runs.push({ line, lines: inside.split('\n').map((each) => each.replace(/^\s*\* ?/u, '')), last: 0 });
    } else {
      const inside = text.slice(pos + 2, end);
      if (/^\s*(?:eslint-|@ts-|#region|#endregion|<reference)/u.test(inside)) continue;
      if (last?.last === line - 1) {
        last.lines.push(inside);
        last.last = line;
      } else {
        runs.push({ line, lines: [inside], last: line });
      }
    }
  }
  return runs.flatMap((run) =>
    blocksOfPage(run.lines.join('\n')).map((block) => ({ ...block, line: block.line + run.line - 1 })),
  );
}

function* commentsOf(file, text) {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, false);
  for (const token of tokensOf(file)) {
    const start = token.getFullStart();
    scanner.setText(text, start, token.getStart(file, false) - start);
    for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken; kind = scanner.scan()) {
      if (kind === ts.SyntaxKind.SingleLineCommentTrivia || kind === ts.SyntaxKind.MultiLineCommentTrivia) {
        yield { kind, pos: scanner.getTokenStart(), end: scanner.getTokenEnd() };
      }
    }
  }
}

function* tokensOf(node) {
  if (node.kind >= ts.SyntaxKind.FirstJSDocNode && node.kind <= ts.SyntaxKind.LastJSDocNode) return;
  const children = node.getChildren();
  if (children.length === 0) yield node;
  for (const child of children) yield* tokensOf(child);
}

/** Words, vague words and sentences that begin with What or Who, with the lines these stand on. */
export function measure(blocks) {
  const total = { words: 0, vague: [], openings: [], sentences: [] };
  for (const { line, lines } of blocks) {
    const text = lines.join('\n').replace(/`[^`]*`/gu, (code) => code.replace(/[^\n]/gu, '0'));
    const lineAt = (position) => line + text.slice(0, position).split('\n').length - 1;
    total.words += [...text.matchAll(WORD)].length;
    total.vague.push(...[...text.matchAll(VAGUE)].map(({ 0: word, index }) => ({ line: lineAt(index), word })));
    const starts = [0, ...[...text.matchAll(SENTENCE_END)].map((match) => match.index + match[0].length)];
    for (const [index, start] of starts.entries()) {
      const sentence = text.slice(start, starts[index + 1]);
      total.sentences.push({ line: lineAt(start), words: [...sentence.matchAll(WORD)].length });
      if (OPENING.test(sentence)) total.openings.push({ line: lineAt(start), word: sentence.trim().slice(0, 50) });
    }
  }
  return total;
}

/** The three parts of a house, each with its words, its vague words and its forbidden openings. */
export function readHouse(root) {
  const pages = filesUnder(root, 'docs', '.md');
  const isDecision = (path) => path.startsWith(join('docs', 'adr'));
  const front = ['README.md', 'CONTRIBUTING.md'].filter((path) => existsSync(join(root, path)));
  return [
    readPart(root, 'comments of src', filesUnder(root, 'src', '.ts')),
    readPart(root, 'docs, README and CONTRIBUTING', [...pages.filter((path) => !isDecision(path)), ...front]),
    readPart(root, 'docs/adr', pages.filter(isDecision)),
  ];
}

function readPart(root, name, paths) {
  const part = { name, words: 0, vague: [], openings: [] };
  for (const path of paths) {
    const text = readFileSync(join(root, path), 'utf8');
    const found = measure(path.endsWith('.md') ? blocksOfPage(text) : blocksOfComments(path, text));
    part.words += found.words;
    part.vague.push(...found.vague.map(({ line, word }) => `${path}:${line} ${word}`));
    part.openings.push(...found.openings.map(({ line, word }) => `${path}:${line} begins: ${word}`));
  }
  return part;
}

function filesUnder(root, folder, ending) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name))
    .sort();
}
