/** Every stage that sleeps until work is due. */
export const STAGES = Object.freeze(['enrichment', 'delivery'] as const);

/** A stage that sleeps until work is due. */
export type Stage = (typeof STAGES)[number];

/** Bull's uses of a connection: adding and moving jobs, waiting for a job. Its subscriber is never needed. */
export type ConnectionPurpose = 'client' | 'bclient';

/** Resolves when this listener has looked for work. */
export type RingHandler = () => Promise<void> | void;

/**
 * The doorbell between processes. A ring is a hint: Postgres is the truth, and every listener also polls,
 * so a lost ring costs latency and never work. Nothing here throws or is awaited before an answer.
 *
 * Implementations: {@link ./embedded-work-queue.ts} (in process), {@link ./notify-work-queue.ts} (PostgreSQL) and
 * {@link ./bull-work-queue.ts} (Redis).
 */
export abstract class WorkQueue {
  /** Wakes a listener of the stage, now or after `delayMs`. It says no more than that: rings that meet become one. */
  abstract ring(stage: Stage, options?: { readonly delayMs?: number }): void;
  /** One listener per stage and process; it looks at one ring at a time. */
  abstract listen(stage: Stage, handler: RingHandler): void;
  /** False while rings cannot leave this process (its server away); health reports `degraded`. */
  abstract isConnected(): boolean;
  abstract close(): Promise<void>;
}
