/** Stands before the writes of a process. */
export interface WriteGuard {
  /** Why no write may be sent just now; null: it may. */
  refusal(): Error | null;
  /** Follows a write under way; rejects before its end when that end is unknown. */
  follow<Result>(write: Promise<Result>): Promise<Result>;
}

/** Commits wait for a standby that does not answer. Nothing was sent, or it is unknown whether it is committed. */
export class WritesWaitError extends Error {
  readonly code = 'WRITES_WAIT';

  constructor(reason: string) {
    super(reason);
    this.name = 'WritesWaitError';
  }
}

/** As much of a statement as the guard goes by. */
interface GuardedStatement {
  readonly name: string;
  readonly text: string;
  readonly commitsLocally?: true;
}

const WRITES =
  /\b(?:INSERT\s+INTO|UPDATE\s+\w+(?:\s+\w+)?\s+SET|DELETE\s+FROM|FOR\s+(?:NO\s+KEY\s+)?UPDATE|TRUNCATE)\b/i;
const known = new Map<string, boolean>();

/** Whether the commit of a statement may have to wait: locking a row is a write, too. Read once per name. */
export function waitsForStandby(statement: GuardedStatement): boolean {
  if (statement.commitsLocally === true) return false;
  let waits = known.get(statement.name);
  if (waits === undefined) {
    waits = WRITES.test(statement.text);
    known.set(statement.name, waits);
  }
  return waits;
}
