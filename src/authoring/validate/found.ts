import type { CatalogProblem } from '../../catalog/catalog.errors.js';
import { SCREEN_WORDS } from '../documents/document-findings.js';
import type { Finding } from './finding.js';
import type { SourceLines } from './source-lines.js';

/** A finding before it is known where it stands. */
export type Found = Omit<Finding, 'file' | 'line' | 'screen'> & { readonly screen?: string | null };

/** Words of Adobe's screen for problems of a file: by the key it is about, and a part of its sentence. */
const SCREEN_TABLE: readonly (readonly [path: RegExp, reason: RegExp, words: string])[] = [
  [/^openapi\.title$/, /the title of/, SCREEN_WORDS.title],
  [/^openapi(?:\.(?:providerName|supportContact))?$/, /missing|empty/, SCREEN_WORDS.extension],
  [/^supportedEntityType$/, /./, SCREEN_WORDS.entityType],
  [/^auth$/, /./, SCREEN_WORDS.scheme],
];

export function asFound({ path, reason, remedy }: CatalogProblem): Found {
  return { severity: 'problem', path, reason, remedy };
}

/** With its line, and the words of the screen. */
export function toFinding(
  { severity, path, reason, remedy, screen }: Found,
  file: string,
  lines: SourceLines,
): Finding {
  const [, line = null] = /^(\d+):\d+$/.exec(path) ?? [];
  const words = screen ?? SCREEN_TABLE.find(([at, said]) => at.test(path) && said.test(reason))?.[2] ?? null;
  return {
    severity,
    file,
    line: line === null ? lines.lineOf(path) : Number(line),
    path,
    reason,
    remedy,
    screen: words,
  };
}
