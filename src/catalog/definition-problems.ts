import type { CatalogProblem } from './catalog.errors.js';

/** Collects what is wrong with one service file while it is read; the same sentence about a key counts once. */
export class DefinitionProblems {
  private readonly found = new Map<string, CatalogProblem>();

  constructor(readonly file: string) {}

  add(path: string, reason: string, remedy: string): void {
    this.found.set(`${path}\n${reason}`, { file: this.file, path, reason, remedy });
  }

  all(): readonly CatalogProblem[] {
    return [...this.found.values()];
  }

  get isEmpty(): boolean {
    return this.found.size === 0;
  }
}
