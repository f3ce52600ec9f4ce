import { Controller, Delete, Get, Header, HttpCode, Param, Patch, Post, Res, UseGuards } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBearerAuth,
  ApiBody,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { JsonBody, ValidQuery } from '../http/dto-parameters.js';
import { AnswersWithEtag, Edit, IfMatch } from '../http/edit.decorator.js';
import { type Precondition, withEtag } from '../http/etag.js';
import { Refusals } from '../http/refusals.decorator.js';
import { UuidPipe } from '../http/uuid.pipe.js';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import { SharedAnswer } from '../live/shared-answer.decorator.js';
import { AdminGuard } from '../security/admin.guard.js';
import type { Actor } from '../security/admin-actor.js';
import { AdminActor } from '../security/admin-actor.decorator.js';
import { RegistrationsAdmin } from './registrations-admin.js';
import {
  ChangeRegistration,
  ListRegistrationsQuery,
  RegistrationPage,
  RegistrationView,
  SigningSecretView,
  TestReceipt,
} from './registrations.dto.js';

const ID = { name: 'id', format: 'uuid', example: '01934b2c-7d31-7c52-9a2e-0a5f3c1b8e10' };

/** Lets administrators look after the registrations of every family. */
@ApiTags('registrations')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/registrations')
export class RegistrationsAdminController {
  constructor(private readonly registrations: RegistrationsAdmin) {}

  @Get()
  @SharedAnswer()
  @ApiOperation({ summary: 'Lists registrations of companies and EQP users, the newest first' })
  @ApiQuery({ type: ListRegistrationsQuery })
  @ApiOkResponse({ type: RegistrationPage })
  list(@ValidQuery(ListRegistrationsQuery) query: ListRegistrationsQuery): Promise<RegistrationPage> {
    return this.registrations.list(query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Shows a registration, without anything secret' })
  @ApiParam(ID)
  @ApiOkResponse({ type: RegistrationView })
  @AnswersWithEtag()
  async get(
    @Param('id', UuidPipe) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RegistrationView> {
    return withEtag(reply, await this.registrations.getTagged(id));
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Changes a registration' })
  @ApiParam(ID)
  @ApiBody({ type: ChangeRegistration })
  @ApiOkResponse({ type: RegistrationView })
  @Refusals({ 409: 'It would overlap another' })
  @Edit()
  @AnswersWithEtag()
  async change(
    @Param('id', UuidPipe) id: string,
    @JsonBody(ChangeRegistration) body: ChangeRegistration,
    @IfMatch() seen: Precondition,
    @AdminActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RegistrationView> {
    return withEtag(reply, await this.registrations.change(id, body, seen, actor));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: "Ends a company's registration, removes an EQP callback" })
  @ApiParam(ID)
  @ApiNoContentResponse()
  @Edit()
  remove(@Param('id', UuidPipe) id: string, @IfMatch() seen: Precondition, @AdminActor() actor: Actor): Promise<void> {
    return this.registrations.remove(id, seen, actor);
  }

  @Post(':id/pause')
  @HttpCode(200)
  @ApiOperation({ summary: 'Keeps its deliveries back, new ones too, until it is resumed' })
  @ApiParam(ID)
  @ApiOkResponse({ type: RegistrationView })
  pause(@Param('id', UuidPipe) id: string, @AdminActor() actor: Actor): Promise<RegistrationView> {
    return this.registrations.pause(id, actor);
  }

  @Post(':id/resume')
  @HttpCode(200)
  @ApiOperation({ summary: 'Sends the held deliveries, and enables a registration that a 410 switched off' })
  @ApiParam(ID)
  @ApiOkResponse({ type: RegistrationView })
  resume(@Param('id', UuidPipe) id: string, @AdminActor() actor: Actor): Promise<RegistrationView> {
    return this.registrations.resume(id, actor);
  }

  @Post(':id/test')
  @Idempotent()
  @HttpCode(202)
  @ApiOperation({ summary: 'Sends a sample event to this registration alone' })
  @ApiParam(ID)
  @ApiAcceptedResponse({ type: TestReceipt })
  async test(@Param('id', UuidPipe) id: string, @AdminActor() actor: Actor): Promise<TestReceipt> {
    return { eventId: await this.registrations.sendTest(id, actor) };
  }

  @Post(':id/signing-secret')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Signs its deliveries from now on with a new secret, shown this once' })
  @ApiParam(ID)
  @ApiOkResponse({ type: SigningSecretView })
  @Refusals({ 409: 'Callbacks of this kind are not signed' })
  async rotate(@Param('id', UuidPipe) id: string, @AdminActor() actor: Actor): Promise<SigningSecretView> {
    return { signingSecret: await this.registrations.rotateSigningSecret(id, actor) };
  }
}
