import { Injectable } from '@nestjs/common';
import { findSecretProblem, isSecretName } from '../config/named-secrets.js';
import { Secrets } from '../config/secrets.js';
import { Database, type Tx } from '../database/database.js';
import { newId } from '../database/new-id.js';
import { etagOf, type Precondition, type Tagged } from '../http/etag.js';
import { RequestError } from '../http/request-error.js';
import type { AuditActor } from '../security/admin-actor.js';
import { AuditRepository } from '../security/audit.repository.js';
import { placeOf, SEALED_COLUMNS } from '../security/sealed-columns.js';
import { SecretBox } from '../security/secret-box.js';
import type { SecretView } from './step-secrets.dto.js';
import { type SecretRow, StepSecretsRepository } from './step-secrets.repository.js';
import { StepSecrets } from './step-secrets.js';

/** Sets and removes the secrets of steps. A value goes in, is sealed, and comes out for steps alone. */
@Injectable()
export class StepSecretsAdmin {
  constructor(
    private readonly database: Database,
    private readonly repository: StepSecretsRepository,
    private readonly audit: AuditRepository,
    private readonly secrets: Secrets,
    private readonly box: SecretBox,
    private readonly found: StepSecrets,
  ) {}

  async list(): Promise<SecretView[]> {
    const stored = await this.repository.list();
    const fixed = [...this.secrets.named.keys()].map((name): SecretView => ({
      name,
      source: 'environment',
      updatedAt: null,
    }));
    const set = stored
      .filter(({ name }) => !this.secrets.named.has(name))
      .map(({ name, updatedAt }): SecretView => ({ name, source: 'database', updatedAt }));
    return [...fixed, ...set].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** @throws RequestError 409 for a name that the environment sets, 412, 422 for a name or value that is none. */
  async put(name: string, value: string, seen: Precondition, actor: AuditActor): Promise<void> {
    this.refuseName(name);
    const trimmed = value.trim();
    const problem = trimmed === '' ? { problem: 'is empty' } : findSecretProblem(trimmed);
    if (problem !== null) {
      const details = [{ field: 'value', message: problem.problem }];
      throw new RequestError(422, 'VALIDATION_ERROR', 'The value cannot be a secret', { details });
    }
    await this.database.transaction(async (tx) => {
      await this.check(tx, name, seen);
      await this.repository.put(tx, newId(), name, (id) =>
        this.box.seal(trimmed, placeOf(SEALED_COLUMNS.stepSecrets, id)),
      );
      await this.audit.record(tx, { actor, verb: 'secret.put', target: `secret:${name}`, details: {} });
    });
    this.found.forget(name);
  }

  /** @throws RequestError 404 when there is none, 409 for a name that the environment sets, 412. */
  async delete(name: string, seen: Precondition, actor: AuditActor): Promise<void> {
    this.refuseName(name);
    const existed = await this.database.transaction(async (tx) => {
      if ((await this.check(tx, name, seen)) === null) return false;
      const deleted = await this.repository.delete(tx, name);
      if (deleted) await this.audit.record(tx, { actor, verb: 'secret.delete', target: `secret:${name}`, details: {} });
      return deleted;
    });
    this.found.forget(name);
    if (!existed) throw new RequestError(404, 'RESOURCE_NOT_FOUND', 'There is no secret of this name');
  }

  /** @throws RequestError 404. */
  async get(name: string): Promise<Tagged<SecretView>> {
    const found = isSecretName(name) ? (await this.list()).find((secret) => secret.name === name) : undefined;
    if (found === undefined) throw new RequestError(404, 'RESOURCE_NOT_FOUND', 'There is no secret of this name');
    return { view: found, etag: tagOf(found) };
  }

  private async check(tx: Tx, name: string, seen: Precondition): Promise<SecretRow | null> {
    const row = await this.repository.lock(tx, name);
    seen.check(row === null ? null : tagOf(row));
    return row;
  }

  private refuseName(name: string): void {
    if (!isSecretName(name)) {
      const details = [
        { field: 'name', message: 'must be capitals, digits and _, a letter first, at most 64 of them' },
      ];
      throw new RequestError(422, 'VALIDATION_ERROR', 'This cannot be the name of a secret', { details });
    }
    if (this.secrets.named.has(name)) {
      throw new RequestError(
        409,
        'CONFLICT',
        `SECRET_${name} sets it in the environment, which goes first: change it there`,
      );
    }
  }
}

function tagOf({ name, updatedAt }: Pick<SecretView, 'name' | 'updatedAt'>): string {
  return etagOf({ name, updatedAt });
}
