import { Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Database } from '../../../database/database.js';
import { JsonBody } from '../../../http/dto-parameters.js';
import type { Actor } from '../../../security/admin-actor.js';
import { AdminActor } from '../../../security/admin-actor.decorator.js';
import { AdminGuard } from '../../../security/admin.guard.js';
import { AuditRepository } from '../../../security/audit.repository.js';
import { AnswerCacheRepository } from './answer-cache.repository.js';
import { stepTag } from './cache-user.js';
import { ClearedStepCache, ClearStepCache } from './step-cache.dto.js';

/** Lets administrators forget the answers that steps keep. */
@ApiTags('operations')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/step-cache')
export class StepCacheController {
  constructor(
    private readonly database: Database,
    private readonly answers: AnswerCacheRepository,
    private readonly audit: AuditRepository,
  ) {}

  @Post('clear')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Forgets the cached answers of a step, of a service, or all; they are asked for, and paid for, anew',
    description:
      'An answer that another step uses as well is gone for both. Requests under way may keep theirs after it.',
  })
  @ApiBody({ type: ClearStepCache })
  @ApiOkResponse({ type: ClearedStepCache })
  async clear(
    @JsonBody(ClearStepCache) { service, step }: ClearStepCache,
    @AdminActor() actor: Actor,
  ): Promise<ClearedStepCache> {
    const target = service === undefined ? 'step-cache' : `step-cache:${stepTag(service, step ?? '*')}`;
    await this.database.transaction((tx) =>
      this.audit.record(tx, { actor, verb: 'step-cache.clear', target, details: {} }),
    );
    return { cleared: await this.answers.clear(service ?? null, step ?? null) };
  }
}
