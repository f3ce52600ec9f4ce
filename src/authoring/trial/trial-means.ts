import type { CannedAnswer } from './canned-answers.js';
import type { MemoryTables } from './memory-tables.js';
import type { TrialNotes } from './trial-notes.js';

/** The means of a trial instead of those of the service. Provided as a value. */
export abstract class TrialMeans {
  abstract readonly notes: TrialNotes;
  abstract readonly tables: MemoryTables;
  /** By the name of a step. */
  abstract readonly answers: ReadonlyMap<string, CannedAnswer>;
  abstract readonly offline: boolean;
}
