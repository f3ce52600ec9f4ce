import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Database } from '../database/database.js';
import { RequestError } from '../http/request-error.js';
import type { AuditActor } from '../security/admin-actor.js';
import { AuditRepository } from '../security/audit.repository.js';
import { disguise } from './disguise.js';
import type { EraseProgress, EraseReceipt, EraseRequest } from './erase.dto.js';
import { EraseJobsRepository } from './erase-jobs.repository.js';

/** Takes orders to forget a person or an account; a loop of the workers carries them out. */
@Injectable()
export class Erasure {
  constructor(
    private readonly database: Database,
    private readonly jobs: EraseJobsRepository,
    private readonly audit: AuditRepository,
  ) {}

  /** The order is durable when this resolves; a job about the same person that still runs is joined. */
  async order({ tenant, entityId }: EraseRequest, actor: AuditActor): Promise<EraseReceipt> {
    return this.database.transaction(async (tx) => {
      const jobId = await this.jobs.insertOrJoin(tx, { id: uuidv7(), tenant, entityId });
      const details = { tenant, subject: disguise(jobId, entityId) };
      await this.audit.record(tx, { actor, verb: 'erase', target: `erase:${jobId}`, details });
      return { jobId };
    });
  }

  /** @throws RequestError 404 for an id that no job has. */
  async getProgress(jobId: string): Promise<EraseProgress> {
    const progress = await this.jobs.findProgress(jobId);
    if (progress === null) throw new RequestError(404, 'RESOURCE_NOT_FOUND', 'No erase job has this id');
    return progress;
  }
}
