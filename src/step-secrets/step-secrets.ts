import { Injectable } from '@nestjs/common';
import { Secrets } from '../config/secrets.js';

/** Finds the credentials that steps name. */
@Injectable()
export class StepSecrets {
  constructor(private readonly secrets: Secrets) {}

  /** Null when nothing of that name is set. */
  async find(name: string): Promise<string | null> {
    return this.secrets.named.get(name) ?? null;
  }
}
