/** The reasons for which Adobe's screen refuses a document, in its words. */
export const SCREEN_WORDS = Object.freeze({
  title: 'Duplicate title',
  operationId: 'Duplicate operationId',
  endpoint: 'Missing endpoint',
  extension: 'Missing extension field',
  noScheme: 'Missing security scheme',
  manySchemes: 'Several security schemes',
  scheme: 'Unsupported security scheme',
  version: 'Unsupported version',
  entityType: 'Invalid entity type',
  server: 'Invalid server address',
  document: 'Invalid document',
} as const);

export type ScreenReason = keyof typeof SCREEN_WORDS;

/** One thing wrong with an OpenAPI document, and what mends it. */
export interface DocumentFinding {
  /** Null: Adobe's screen has no words for it. */
  readonly screen: ScreenReason | null;
  /** `warning`: the document is taken all the same. */
  readonly severity: 'problem' | 'warning';
  readonly path: string;
  readonly reason: string;
  readonly remedy: string;
}

/** Collects what is wrong with one document; the same sentence about a place counts once. */
export class DocumentFindings {
  private readonly found = new Map<string, DocumentFinding>();

  refuse(screen: ScreenReason | null, path: string, reason: string, remedy: string): void {
    this.add({ screen, severity: 'problem', path, reason, remedy });
  }

  warn(path: string, reason: string, remedy: string): void {
    this.add({ screen: null, severity: 'warning', path, reason, remedy });
  }

  all(): readonly DocumentFinding[] {
    return [...this.found.values()];
  }

  private add(finding: DocumentFinding): void {
    this.found.set(`${finding.path}\n${finding.reason}`, finding);
  }
}
