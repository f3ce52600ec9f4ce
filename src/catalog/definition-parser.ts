import { LineCounter, parseDocument } from 'yaml';
import { readServiceDefinition } from './definition-reader.js';
import { DefinitionProblems } from './definition-problems.js';
import { Section } from './definition-section.js';
import type { CatalogProblem } from './catalog.errors.js';
import type { ServiceDefinition } from './service-definition.js';

/** A service file's content, or everything that is wrong with it. */
export type ParsedDefinition =
  | { readonly kind: 'valid'; readonly definition: ServiceDefinition }
  | { readonly kind: 'invalid'; readonly problems: readonly CatalogProblem[] };

/** Reads one service file's YAML text. `file` is its name in messages; never throws. */
export function parseDefinition(text: string, file: string): ParsedDefinition {
  const problems = new DefinitionProblems(file);
  const content = parseYaml(text, problems);
  if (!problems.isEmpty) {
    return { kind: 'invalid', problems: problems.all() };
  }
  if (content === null || content === undefined) {
    problems.add('', 'is empty', 'describe a service or remove the file');
    return { kind: 'invalid', problems: problems.all() };
  }
  const definition = readServiceDefinition(Section.of(content, '', problems));
  return problems.isEmpty ? { kind: 'valid', definition } : { kind: 'invalid', problems: problems.all() };
}

function parseYaml(text: string, problems: DefinitionProblems): unknown {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  for (const error of [...document.errors, ...document.warnings]) {
    const { line, col } = lines.linePos(error.pos[0]);
    const reason = error.message.replace(/\s*\n\s*/g, ' ').replace(/[.:]$/, '');
    problems.add(`${line}:${col}`, `is not valid YAML: ${reason}`, 'check the indentation, colons and quotes there');
  }
  try {
    return problems.isEmpty ? document.toJS() : null;
  } catch (error) {
    // An alias without an anchor, or more aliases than a definition can need.
    problems.add(
      '',
      `is not usable YAML: ${(error as Error).message}`,
      'write the values out instead of using aliases',
    );
    return null;
  }
}
