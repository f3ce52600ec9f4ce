import { Logger } from '@nestjs/common';
import { Batcher } from '../database/batcher.js';
import type { KeptLease } from './lease-keeper.js';

/** A trial that ends; `status`: the receiver's answer, where there is one. */
export interface EndedTrial extends KeptLease {
  readonly status?: number | null;
}

export interface TrialStatements {
  readonly begin: (leases: readonly KeptLease[]) => Promise<void>;
  readonly end: (trials: readonly EndedTrial[]) => Promise<void>;
}

const BATCH_MAX = 256;

/**
 * Keeps the proof against suspects: a row is on trial exactly while it is worked on with no other beside it. A crash
 * before that, or after its answer came, says nothing about the row.
 */
export class Trials {
  private readonly log: Logger;
  private readonly beginnings: Batcher<KeptLease, null>;
  private readonly ends: Batcher<EndedTrial, null>;

  constructor(stage: string, statements: TrialStatements) {
    this.log = new Logger(`${stage}:trials`);
    this.beginnings = new Batcher<KeptLease, null>({
      max: BATCH_MAX,
      key: ({ id }) => id,
      write: (leases) => statements.begin(leases).then(() => leases.map(() => null)),
    });
    this.ends = new Batcher<EndedTrial, null>({
      max: BATCH_MAX,
      key: ({ id }) => id,
      write: (trials) => statements.end(trials).then(() => trials.map(() => null)),
    });
  }

  /** Resolves once it is written, or cannot be: then a crash proves nothing. */
  begin(lease: KeptLease): Promise<void> {
    return this.write(this.beginnings.submit(lease));
  }

  /** Resolves once it is written, or cannot be: then a crash before the next write still counts. */
  end(trial: EndedTrial): Promise<void> {
    return this.write(this.ends.submit(trial));
  }

  private async write(written: Promise<null>): Promise<void> {
    try {
      await written;
    } catch (error) {
      this.log.warn(`a trial could not be noted: ${(error as Error).message}`);
    }
  }
}
