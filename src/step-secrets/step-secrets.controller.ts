import { Controller, Delete, Get, HttpCode, Param, Put, Res, UseGuards } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { JsonBody } from '../http/dto-parameters.js';
import { AnswersWithEtag, Edit, IfMatch } from '../http/edit.decorator.js';
import { type Precondition, withEtag } from '../http/etag.js';
import { Refusals } from '../http/refusals.decorator.js';
import type { Actor } from '../security/admin-actor.js';
import { AdminActor } from '../security/admin-actor.decorator.js';
import { AdminGuard } from '../security/admin.guard.js';
import { PutSecret, SecretList, SecretView } from './step-secrets.dto.js';
import { StepSecretsAdmin } from './step-secrets-admin.js';

const NAME = { name: 'name', schema: { type: 'string', pattern: '^[A-Z][A-Z0-9_]{0,63}$' }, example: 'CRM_KEY' };

/** Lets administrators set the credentials that steps of services name. Values can be written, never read. */
@ApiTags('secrets')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/secrets')
export class StepSecretsController {
  constructor(private readonly secrets: StepSecretsAdmin) {}

  @Get()
  @ApiOperation({ summary: 'Lists the secrets that steps may name, without their values' })
  @ApiOkResponse({ type: SecretList })
  async list(): Promise<SecretList> {
    return { secrets: await this.secrets.list() };
  }

  @Get(':name')
  @ApiOperation({ summary: 'Shows one secret, without its value' })
  @ApiParam(NAME)
  @ApiOkResponse({ type: SecretView })
  @AnswersWithEtag()
  async get(@Param('name') name: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<SecretView> {
    return withEtag(reply, await this.secrets.get(name));
  }

  @Put(':name')
  @HttpCode(204)
  @ApiOperation({ summary: 'Sets a secret; every process uses it within five seconds' })
  @ApiParam(NAME)
  @ApiBody({ type: PutSecret })
  @ApiNoContentResponse()
  @Refusals({ 409: 'The environment sets it' })
  @Edit()
  put(
    @Param('name') name: string,
    @JsonBody(PutSecret) body: PutSecret,
    @IfMatch() seen: Precondition,
    @AdminActor() actor: Actor,
  ): Promise<void> {
    return this.secrets.put(name, body.value, seen, actor);
  }

  @Delete(':name')
  @HttpCode(204)
  @ApiOperation({ summary: 'Removes a secret; steps that name it fail from then on' })
  @ApiParam(NAME)
  @ApiNoContentResponse()
  @Refusals({ 409: 'The environment sets it', 422: 'The name cannot be one' })
  @Edit()
  delete(@Param('name') name: string, @IfMatch() seen: Precondition, @AdminActor() actor: Actor): Promise<void> {
    return this.secrets.delete(name, seen, actor);
  }
}
