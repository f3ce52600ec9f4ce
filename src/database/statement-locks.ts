/** Table locks of PostgreSQL that a migration may take, from the weakest to the strongest. */
export const LOCK_MODES = Object.freeze([
  'AccessShareLock',
  'RowShareLock',
  'RowExclusiveLock',
  'ShareUpdateExclusiveLock',
  'ShareLock',
  'ShareRowExclusiveLock',
  'ExclusiveLock',
  'AccessExclusiveLock',
] as const);

export type LockMode = (typeof LOCK_MODES)[number];

/** A lock on a table, or on the table that an index belongs to. */
export interface StatementLock {
  readonly on: 'table' | 'index';
  readonly name: string;
  readonly mode: LockMode;
}

interface Rule {
  readonly pattern: RegExp;
  readonly on: StatementLock['on'];
  readonly mode: LockMode;
}

/** The first group is the name. As PostgreSQL's manual has it, § Explicit Locking. */
const RULES: readonly Rule[] = [
  { pattern: /^ALTER TABLE (?:IF EXISTS )?(?:ONLY )?(\w+)/i, on: 'table', mode: 'AccessExclusiveLock' },
  { pattern: /^DROP TABLE (?:IF EXISTS )?(\w+)/i, on: 'table', mode: 'AccessExclusiveLock' },
  { pattern: /^TRUNCATE (?:TABLE )?(\w+)/i, on: 'table', mode: 'AccessExclusiveLock' },
  { pattern: /^DROP INDEX (?!CONCURRENTLY)(?:IF EXISTS )?(\w+)/i, on: 'index', mode: 'AccessExclusiveLock' },
  { pattern: /^DROP INDEX CONCURRENTLY (?:IF EXISTS )?(\w+)/i, on: 'index', mode: 'ShareUpdateExclusiveLock' },
  {
    pattern: /^CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY)[\w ]*? ON (?:ONLY )?(\w+)/i,
    on: 'table',
    mode: 'ShareLock',
  },
  { pattern: /^CREATE (?:UNIQUE )?INDEX CONCURRENTLY .*? ON (\w+)/i, on: 'table', mode: 'ShareUpdateExclusiveLock' },
  { pattern: /\bREFERENCES (\w+)/gi, on: 'table', mode: 'ShareRowExclusiveLock' },
  { pattern: /^CREATE (?:OR REPLACE )?TRIGGER .*? ON (\w+)/i, on: 'table', mode: 'ShareRowExclusiveLock' },
  { pattern: /\bINSERT INTO (\w+)/gi, on: 'table', mode: 'RowExclusiveLock' },
  { pattern: /(?:^|\()\s*UPDATE (?:ONLY )?(\w+)\b[^;]*? SET /gi, on: 'table', mode: 'RowExclusiveLock' },
  { pattern: /\bDELETE FROM (?:ONLY )?(\w+)/gi, on: 'table', mode: 'RowExclusiveLock' },
  { pattern: /\b(?:FROM|JOIN) (\w+)\b(?!\()/gi, on: 'table', mode: 'AccessShareLock' },
];

/** The locks that a statement of a migration asks for, weakest ones included. It may name tables that do not exist. */
export function locksOf(statement: string): StatementLock[] {
  const text = statement.replaceAll(/--.*$/gm, '').replaceAll(/\s+/g, ' ').trim();
  return RULES.flatMap(({ pattern, on, mode }) => {
    const names = pattern.global ? [...text.matchAll(pattern)].map(([, name]) => name) : [pattern.exec(text)?.[1]];
    return names.filter((name) => name !== undefined).map((name) => ({ on, name: name.toLowerCase(), mode }));
  });
}

/** In words for an operator: what else waits while the lock is held. */
export function describeLock(mode: LockMode): string {
  switch (mode) {
    case 'AccessExclusiveLock':
      return 'reads and writes wait';
    case 'ExclusiveLock':
    case 'ShareRowExclusiveLock':
    case 'ShareLock':
      return 'writes wait';
    case 'ShareUpdateExclusiveLock':
    case 'RowExclusiveLock':
    case 'RowShareLock':
    case 'AccessShareLock':
      return 'nothing waits but other changes of the table';
    default:
      return mode satisfies never;
  }
}

/** The stronger one. */
export function strongerLock(a: LockMode, b: LockMode): LockMode {
  return LOCK_MODES.indexOf(a) >= LOCK_MODES.indexOf(b) ? a : b;
}
