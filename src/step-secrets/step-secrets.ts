import { Injectable, Logger } from '@nestjs/common';
import { Secrets } from '../config/secrets.js';
import { placeOf, SEALED_COLUMNS } from '../security/sealed-columns.js';
import { SecretBox } from '../security/secret-box.js';
import { StepSecretsRepository } from './step-secrets.repository.js';

interface Known {
  readonly value: string | null;
  readonly readAtMs: number;
}

/** How long a value is used before it is read again: so soon does every process follow an administrator. */
const FRESH_MS = 5_000;

/** Finds the credentials that steps name: in the environment, else among those that administrators set. */
@Injectable()
export class StepSecrets {
  private readonly log = new Logger('StepSecrets');
  private readonly known = new Map<string, Known>();
  private readonly reading = new Map<string, Promise<string | null>>();
  private readonly toldAtMs = new Map<string, number>();

  constructor(
    private readonly secrets: Secrets,
    private readonly repository: StepSecretsRepository,
    private readonly box: SecretBox,
  ) {}

  /**
   * Null when nothing of that name is set. While the database is away, the last value stands.
   * @throws what the database or the box threw where there was no value: that says nothing about whether one is set.
   */
  async find(name: string): Promise<string | null> {
    const fixed = this.secrets.named.get(name);
    if (fixed !== undefined) return fixed;
    const known = this.known.get(name);
    if (known !== undefined && performance.now() - known.readAtMs < FRESH_MS) return known.value;
    let reading = this.reading.get(name);
    if (reading === undefined) {
      reading = this.read(name, known?.value ?? null).finally(() => this.reading.delete(name));
      this.reading.set(name, reading);
    }
    return reading;
  }

  /** Whether there is a value, set by now in any process. @throws what the database throws. */
  async isSet(name: string): Promise<boolean> {
    return this.secrets.named.has(name) || (await this.repository.find(name)) !== null;
  }

  /** The next {@link find} reads it anew. */
  forget(name: string): void {
    this.known.delete(name);
  }

  private async read(name: string, before: string | null): Promise<string | null> {
    let value = before;
    try {
      const row = await this.repository.find(name);
      value = row === null ? null : this.box.open(row.value, placeOf(SEALED_COLUMNS.stepSecrets, row.id));
    } catch (error) {
      this.tell(name, error as Error);
      if (value === null) throw error;
    }
    this.known.set(name, { value, readAtMs: performance.now() });
    return value;
  }

  /** Every waiting step asks again and again: one line in five seconds is enough. */
  private tell(name: string, error: Error): void {
    const now = performance.now();
    if (now - (this.toldAtMs.get(name) ?? -Infinity) < FRESH_MS) return;
    this.toldAtMs.set(name, now);
    // The message names a table and an id, never a value.
    this.log.error(`the secret ${name} cannot be read: ${error.message}`);
  }
}
