import { Controller, Header, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { BodyLimit } from '../http/body-limit.guard.js';
import { JsonBody } from '../http/dto-parameters.js';
import { Refusals } from '../http/refusals.decorator.js';
import type { Actor } from '../security/admin-actor.js';
import { AdminActor } from '../security/admin-actor.decorator.js';
import { AdminGuard } from '../security/admin.guard.js';
import { TrialView, TryService } from './trial/live-trial.dto.js';
import { LiveTrials } from './trial/live-trials.js';
import { AUTHORING_BODY_BYTES, CheckDefinition, DefinitionReport } from './validate/definition-check.dto.js';
import { DefinitionCheck } from './validate/definition-check.js';

/** Lets administrators check a definition before it is served, and try one that is. */
@ApiTags('services')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/services')
export class ServicesAuthoringController {
  constructor(
    private readonly definitions: DefinitionCheck,
    private readonly trials: LiveTrials,
  ) {}

  @Post('validate')
  @HttpCode(200)
  @BodyLimit(AUTHORING_BODY_BYTES)
  @ApiOperation({
    summary: 'Checks the text of a definition as npm run validate does; nothing is stored or served of it',
  })
  @ApiBody({ type: CheckDefinition })
  @ApiOkResponse({ type: DefinitionReport })
  @Refusals({ 429: 'Two checks are under way in this process' })
  validate(@JsonBody(CheckDefinition) { definition }: CheckDefinition): Promise<DefinitionReport> {
    return this.definitions.check(definition);
  }

  @Post(':apiName/try')
  @HttpCode(200)
  @BodyLimit(AUTHORING_BODY_BYTES)
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary:
      'Runs the pipeline on one subject. Steps really ask other systems; nothing is stored of it, and nothing is sent to Adobe',
  })
  @ApiParam({ name: 'apiName', example: 'email-validation' })
  @ApiBody({ type: TryService })
  @ApiOkResponse({ type: TrialView })
  @Refusals({ 429: 'Two trials are under way in this process' })
  tryService(
    @Param('apiName') apiName: string,
    @JsonBody(TryService) body: TryService,
    @AdminActor() actor: Actor,
  ): Promise<TrialView> {
    return this.trials.run(apiName, body, actor);
  }
}
