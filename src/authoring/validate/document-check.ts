import { parseDocument } from 'yaml';
import { isJsonObject } from '../../http/json-value.js';
import { type DocumentFinding, SCREEN_WORDS } from '../documents/document-findings.js';
import { findDocumentProblems, titleOf } from '../documents/document-rules.js';
import type { Checked, Finding } from './finding.js';
import { SourceLines } from './source-lines.js';

/** A document and where it came from. */
export interface DocumentSource {
  readonly source: string;
  /** Null: it could not be had. */
  readonly text: string | null;
  /** Of getting it. */
  readonly findings: readonly DocumentFinding[];
  readonly isLocal: boolean;
  /** Where it came from; null: from a file. */
  readonly origin: string | null;
}

/** Checks OpenAPI documents, each by itself and all of them for one title. */
export function checkDocuments(sources: readonly DocumentSource[]): readonly Checked[] {
  const titles = new Map<string, string>();
  return sources.map(({ source, text, findings, isLocal, origin }): Checked => {
    const found = [...findings];
    const content = text === null ? null : readContent(text, found);
    if (content !== null) found.push(...findDocumentProblems(content, { isLocal, origin }));
    const title = titleOf(content);
    if (title !== null) {
      const earlier = titles.get(title.toLowerCase());
      if (earlier !== undefined) found.push(clash(earlier));
      titles.set(title.toLowerCase(), earlier ?? source);
    }
    const lines = new SourceLines(text ?? '');
    return { source, kind: 'document', name: title, findings: found.map((one) => toFinding(one, source, lines)) };
  });
}

/** Whether a file holds an OpenAPI document: a service has a mapping under `openapi`. */
export function isDocument(text: string): boolean {
  try {
    const content: unknown = parseDocument(text, { logLevel: 'silent' }).toJS();
    return isJsonObject(content) && (isVersion(content['openapi']) || isVersion(content['swagger']));
  } catch {
    return false;
  }
}

function isVersion(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}

/** JSON is YAML. @returns null where it is neither. */
function readContent(text: string, found: DocumentFinding[]): unknown {
  const refuse = (reason: string): null => {
    const remedy = 'answer with JSON or YAML';
    found.push({ screen: 'document', severity: 'problem', path: '', reason, remedy });
    return null;
  };
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Then it may be YAML.
  }
  try {
    const document = parseDocument(text, { prettyErrors: true, logLevel: 'silent' });
    const [error] = document.errors;
    if (error !== undefined) return refuse(`is neither JSON nor YAML: ${error.message.split('\n')[0] ?? ''}`);
    return (document.toJS() as unknown) ?? refuse('is empty');
  } catch (error) {
    return refuse(`cannot be read: ${(error as Error).message}`);
  }
}

function clash(earlier: string): DocumentFinding {
  return {
    screen: 'title',
    severity: 'problem',
    path: 'info.title',
    reason: `is the title of ${earlier} too`,
    remedy: 'choose another title',
  };
}

function toFinding({ screen, ...rest }: DocumentFinding, source: string, lines: SourceLines): Finding {
  const words = screen === null ? null : SCREEN_WORDS[screen];
  return { ...rest, file: source, line: lines.lineOf(rest.path), screen: words };
}
