/** One thing wrong with one service file, and what mends it. */
export interface CatalogProblem {
  /** As an operator would type it, e.g. `services/contact-quality.yaml`. */
  readonly file: string;
  /** The key, e.g. `pipeline[0].timeout`, or `line:column` for YAML that does not parse; empty for the whole file. */
  readonly path: string;
  readonly reason: string;
  readonly remedy: string;
}

/** A problem as one line: `services/x.yaml: path.to.key: reason (what to do)`. */
export function problemLine(problem: CatalogProblem): string {
  const where = [problem.file, problem.path].filter((part) => part !== '').join(': ');
  return `${where}: ${problem.reason} (${problem.remedy})`;
}

/** Stops the boot: carries every problem of every service file, one line each in its message. */
export class CatalogError extends Error {
  readonly code = 'CATALOG_INVALID';

  constructor(readonly problems: readonly CatalogProblem[]) {
    const count = problems.length === 1 ? 'problem' : 'problems';
    super([`${problems.length} ${count} in the service definitions:`, ...problems.map(problemLine)].join('\n'));
    this.name = 'CatalogError';
  }
}
