/** What a scenario showed; the row of the table, and why it is not clean if it is not. */
export interface Outcome {
  readonly acknowledged: number;
  /** Acknowledged, and neither delivered nor recorded as failed with a reason. */
  readonly lost: number;
  /** Acknowledged, and gone with a primary whose standby had not yet got them: what asynchronous replication does not promise. */
  readonly lostWithPrimary: number;
  /** Callbacks seen more often than once: allowed, as long as each carries the same id and the same bytes. */
  readonly duplicated: number;
  /** Recorded as undeliverable or expired, with a reason. */
  readonly failed: number;
  /** From the end of the fault until everything acknowledged had ended. */
  readonly recoveredMs: number;
  /** Whether the recorded attempts are the requests the endpoint saw, or at most one fewer per kill. */
  readonly attemptsOk: boolean;
  /** How often a process was killed. */
  readonly kills: number;
  /** Deliveries of at-most-once channels; null where the scenario has none. */
  readonly atMostOnce: { readonly sent: number; readonly seenTwice: number; readonly unrecorded: number } | null;
  /** Everything that must not be, in words. */
  readonly violations: readonly string[];
}

/** Several outcomes in one row. */
export function addOutcomes(outcomes: readonly Outcome[]): Outcome {
  const sum = (pick: (outcome: Outcome) => number): number =>
    outcomes.reduce((total, outcome) => total + pick(outcome), 0);
  return {
    acknowledged: sum((outcome) => outcome.acknowledged),
    lost: sum((outcome) => outcome.lost),
    lostWithPrimary: sum((outcome) => outcome.lostWithPrimary),
    duplicated: sum((outcome) => outcome.duplicated),
    failed: sum((outcome) => outcome.failed),
    recoveredMs: Math.max(0, ...outcomes.map((outcome) => outcome.recoveredMs)),
    attemptsOk: outcomes.every((outcome) => outcome.attemptsOk),
    kills: sum((outcome) => outcome.kills),
    atMostOnce: outcomes.map((outcome) => outcome.atMostOnce).find((column) => column !== null) ?? null,
    violations: outcomes.flatMap((outcome) => outcome.violations),
  };
}
