import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import type { CodeBlock } from './markdown.js';

/** The files that a page's blocks make: new ones (`// path`) and changed ones (`# path`), by their path. */
export interface Skeletons {
  readonly made: ReadonlyMap<string, string>;
  readonly changed: ReadonlyMap<string, string>;
}

/** Takes the blocks of a page for what they say. @throws where a change does not fit its file, or a file is there. */
export function readSkeletons(root: string, blocks: readonly CodeBlock[]): Skeletons {
  const made = new Map<string, string>();
  const changed = new Map<string, string>();
  for (const { language, text } of blocks) {
    if (language === 'ts') {
      const path = /^\/\/ (\S+)\n/.exec(text)?.[1];
      if (path === undefined) throw new Error(`a skeleton names no file: ${text.slice(0, 60)}`);
      if (made.has(path) || existsSync(join(root, path))) throw new Error(`a skeleton would replace ${path}`);
      made.set(path, text);
    } else if (language === 'diff') {
      const [head = '', ...lines] = text.trimEnd().split('\n');
      const path = head.replace(/^# /, '');
      changed.set(path, change(path, changed.get(path) ?? readFileSync(join(root, path), 'utf8'), lines));
    }
  }
  return { made, changed };
}

/** Hunks stand between lines of `@@`; every one must fit in exactly one place. */
function change(path: string, text: string, lines: readonly string[]): string {
  let changed = text;
  for (const hunk of lines.join('\n').split('\n@@\n')) {
    const side = (other: string): string =>
      hunk
        .split('\n')
        .filter((line) => !line.startsWith(other))
        .map((line) => `${line.slice(1)}\n`)
        .join('');
    const [before, after] = [side('+'), side('-')];
    const places = changed.split(before).length - 1;
    if (places !== 1) throw new Error(`a change of ${path} fits in ${places} places: ${before}`);
    changed = changed.replace(before, () => after);
  }
  return changed;
}

/** Compiles the new files beside those of the project. @returns one line per error, in them or in a changed file. */
export function compileSkeletons(root: string, { made, changed }: Skeletons): string[] {
  const texts = new Map([...changed, ...made].map(([path, text]) => [join(root, path), text]));
  const folders = new Set([...made.keys()].map((path) => join(root, dirname(path))));
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, directoryExists } = host;
  host.fileExists = (path) => texts.has(path) || fileExists.call(host, path);
  host.readFile = (path) => texts.get(path) ?? readFile.call(host, path);
  host.directoryExists = (path) => folders.has(path) || (directoryExists?.call(host, path) ?? true);
  const roots = [...made.keys()].filter((path) => path.endsWith('.ts')).map((path) => join(root, path));
  const program = ts.createProgram({ rootNames: roots, options: { ...options, noEmit: true }, host });
  const files = [...texts.keys()].flatMap((path) => program.getSourceFile(path) ?? []);
  const found = files.flatMap((file) => [
    ...program.getSyntacticDiagnostics(file),
    ...program.getSemanticDiagnostics(file),
  ]);
  return found.map(({ file, messageText }) => {
    return `${file?.fileName.slice(root.length + 1)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}
