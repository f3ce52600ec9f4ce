import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { FIRST_ID } from '../database/id-bound.js';
import { placeOf, type SealedColumn } from './sealed-columns.js';
import { SecretBox } from './secret-box.js';
import { SecretUnreadableError } from './secret.errors.js';
import { type ResealedValue, SecretRotationRepository, type SealedValue } from './secret-rotation.repository.js';

const ROWS_PER_BATCH = 500;
/** A process that still seals with an old key makes new work for ever; the operator is told after so many passes. */
const MAX_PASSES = 5;
const PAUSE_MS = 100;

/** The contents of one column after a rotation, or, dry, before one. */
export interface ColumnReport {
  /** `table.column`. */
  readonly name: string;
  /** Values by the id of the key they are under; `null` for what is not in a form we write. */
  readonly perKey: ReadonlyMap<string | null, number>;
  /** Under a configured key that does not open them: changed, moved, or another key has its id. */
  readonly damaged: ReadonlyMap<string, number>;
  readonly rotated: number;
}

/** How far it is, after every batch. */
export interface RotationProgress {
  readonly name: string;
  readonly scanned: number;
  readonly rotated: number;
}

export interface RotationOptions {
  /** Only count. */
  readonly dryRun: boolean;
  readonly progress: (progress: RotationProgress) => void;
}

interface Pass {
  readonly perKey: Map<string | null, number>;
  readonly damaged: Map<string, number>;
  /** Values that should be sealed anew. */
  due: number;
  rotated: number;
}

/**
 * Seals every stored secret anew under the first key, beside a running service. Batches by primary key, each a compare
 * and set, so it may be stopped anywhere and run again, also twice at a time.
 */
@Injectable()
export class SecretRotation {
  constructor(
    private readonly repository: SecretRotationRepository,
    private readonly box: SecretBox,
  ) {}

  /** @throws Error when the table is not there: the database is not migrated. */
  async run(column: SealedColumn, options: RotationOptions): Promise<ColumnReport> {
    const name = `${column.table}.${column.column}`;
    if (!(await this.repository.exists(column))) {
      throw new Error(`The database has no table ${column.table}: run npm run migrate first`);
    }
    let rotated = 0;
    for (let pass = 1; ; pass += 1) {
      const result = await this.pass(column, options, { name, scanned: 0, rotated });
      rotated += result.rotated;
      // A pass that found nothing to do has seen everything as it is now: its counts are the truth.
      if (result.due === 0 || options.dryRun || pass === MAX_PASSES) {
        return { name, perKey: result.perKey, damaged: result.damaged, rotated };
      }
      // The holders of rows that were passed over get time to let them go.
      await sleep(pass * PAUSE_MS);
    }
  }

  private async pass(column: SealedColumn, options: RotationOptions, start: RotationProgress): Promise<Pass> {
    const pass: Pass = { perKey: new Map(), damaged: new Map(), due: 0, rotated: 0 };
    let scanned = 0;
    for (let after = FIRST_ID; ;) {
      const page = await this.repository.findPage(column, after, ROWS_PER_BATCH);
      const values = page.flatMap((value) => this.reseal(column, value, pass));
      pass.due += values.length;
      if (!options.dryRun && values.length > 0) pass.rotated += await this.repository.replace(column, values);
      scanned += page.length;
      options.progress({ name: start.name, scanned, rotated: start.rotated + pass.rotated });
      const last = page.at(-1);
      if (last === undefined || page.length < ROWS_PER_BATCH) return pass;
      after = last.id;
    }
  }

  /** Nothing for what is under the first key already, or cannot be opened; either is counted. */
  private reseal(column: SealedColumn, { id, sealed }: SealedValue, pass: Pass): ResealedValue[] {
    const keyId = this.box.keyIdOf(sealed);
    pass.perKey.set(keyId, (pass.perKey.get(keyId) ?? 0) + 1);
    if (keyId === null || !this.box.keyIds.includes(keyId) || !this.box.needsRotation(sealed)) return [];
    const place = placeOf(column, id);
    try {
      return [{ id, old: sealed, sealed: this.box.seal(this.box.open(sealed, place), place) }];
    } catch (error) {
      if (!(error instanceof SecretUnreadableError)) throw error;
      pass.damaged.set(keyId, (pass.damaged.get(keyId) ?? 0) + 1);
      return [];
    }
  }
}
