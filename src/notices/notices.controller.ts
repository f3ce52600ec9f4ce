import { Controller, Delete, Get, Header, HttpCode, Param, Patch, Post, Res, UseGuards } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBearerAuth,
  ApiBody,
  ApiCreatedResponse,
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
import { PageQuery } from '../http/page-query.dto.js';
import { Refusals } from '../http/refusals.decorator.js';
import { UuidPipe } from '../http/uuid.pipe.js';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import type { Actor } from '../security/admin-actor.js';
import { AdminActor } from '../security/admin-actor.decorator.js';
import { AdminGuard } from '../security/admin.guard.js';
import {
  ChangeNotice,
  CreateNotice,
  IssuedNotice,
  NoticePage,
  NoticeSecret,
  NoticeTestReceipt,
  NoticeView,
} from './notices.dto.js';
import { NoticesAdmin } from './notices-admin.js';

const ID = { name: 'id', format: 'uuid', example: '01934b2c-7d31-7c52-9a2e-0a5f3c1b8e10' };

/** Lets administrators have messages about the service sent to people. */
@ApiTags('notices')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/notices')
export class NoticesController {
  constructor(private readonly notices: NoticesAdmin) {}

  @Post()
  @Idempotent()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Makes a notice; the secret of its signatures is shown this once' })
  @ApiBody({ type: CreateNotice })
  @ApiCreatedResponse({ type: IssuedNotice })
  @Refusals({ 409: 'The name is taken, or there are 50 notices' })
  create(@JsonBody(CreateNotice) body: CreateNotice, @AdminActor() actor: Actor): Promise<IssuedNotice> {
    return this.notices.create(body, actor);
  }

  @Get()
  @ApiOperation({ summary: 'Lists notices, the newest first' })
  @ApiQuery({ type: PageQuery })
  @ApiOkResponse({ type: NoticePage })
  list(@ValidQuery(PageQuery) query: PageQuery): Promise<NoticePage> {
    return this.notices.page(query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Shows a notice, without its address and secret' })
  @ApiParam(ID)
  @ApiOkResponse({ type: NoticeView })
  @AnswersWithEtag()
  async get(@Param('id', UuidPipe) id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<NoticeView> {
    return withEtag(reply, await this.notices.get(id));
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Changes a notice' })
  @ApiParam(ID)
  @ApiBody({ type: ChangeNotice })
  @ApiOkResponse({ type: NoticeView })
  @Refusals({ 409: 'The name is taken' })
  @Edit()
  @AnswersWithEtag()
  async change(
    @Param('id', UuidPipe) id: string,
    @JsonBody(ChangeNotice) body: ChangeNotice,
    @IfMatch() seen: Precondition,
    @AdminActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NoticeView> {
    return withEtag(reply, await this.notices.change(id, body, seen, actor));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Deletes a notice; messages that wait are cancelled' })
  @ApiParam(ID)
  @ApiNoContentResponse()
  @Edit()
  remove(@Param('id', UuidPipe) id: string, @IfMatch() seen: Precondition, @AdminActor() actor: Actor): Promise<void> {
    return this.notices.remove(id, seen, actor);
  }

  @Post(':id/pause')
  @HttpCode(200)
  @ApiOperation({ summary: 'Tells nothing from now on; messages that wait are cancelled' })
  @ApiParam(ID)
  @ApiOkResponse({ type: NoticeView })
  pause(@Param('id', UuidPipe) id: string, @AdminActor() actor: Actor): Promise<NoticeView> {
    return this.notices.pause(id, actor);
  }

  @Post(':id/resume')
  @HttpCode(200)
  @ApiOperation({ summary: 'Tells what happens from now on' })
  @ApiParam(ID)
  @ApiOkResponse({ type: NoticeView })
  resume(@Param('id', UuidPipe) id: string, @AdminActor() actor: Actor): Promise<NoticeView> {
    return this.notices.resume(id, actor);
  }

  @Post(':id/test')
  @Idempotent()
  @HttpCode(202)
  @ApiOperation({ summary: 'Sends a test message' })
  @ApiParam(ID)
  @ApiAcceptedResponse({ type: NoticeTestReceipt })
  @Refusals({ 409: 'It is paused' })
  async test(@Param('id', UuidPipe) id: string, @AdminActor() actor: Actor): Promise<NoticeTestReceipt> {
    return { deliveryId: await this.notices.sendTest(id, actor) };
  }

  @Post(':id/signing-secret')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Signs its messages from now on with a new secret, shown this once' })
  @ApiParam(ID)
  @ApiOkResponse({ type: NoticeSecret })
  async sign(@Param('id', UuidPipe) id: string, @AdminActor() actor: Actor): Promise<NoticeSecret> {
    return { signingSecret: await this.notices.rotateSigningSecret(id, actor) };
  }
}
