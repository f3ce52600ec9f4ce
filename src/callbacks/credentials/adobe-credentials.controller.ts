import { Controller, Delete, Get, Header, HttpCode, Param, Patch, Post, Put, Res, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOkResponse, ApiOperation, ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { JsonBody, ValidQuery } from '../../http/dto-parameters.js';
import { AnswersWithEtag, Edit, IfMatch } from '../../http/edit.decorator.js';
import { type Precondition, withEtag } from '../../http/etag.js';
import { PageQuery } from '../../http/page-query.dto.js';
import { Refusals } from '../../http/refusals.decorator.js';
import { Idempotent } from '../../idempotency/idempotent.decorator.js';
import { ImsOrgIdPipe } from '../../organisations/ims-org-id.pipe.js';
import type { Actor } from '../../security/admin-actor.js';
import { AdminActor } from '../../security/admin-actor.decorator.js';
import { AdminGuard } from '../../security/admin.guard.js';
import { AdobeCredentialsAdmin } from './adobe-credentials-admin.js';
import {
  AdobeCredentialPage,
  AdobeCredentialView,
  ChangeAdobeCredential,
  CredentialTest,
  PutAdobeCredential,
  RemoveAdobeCredential,
  RemovedAdobeCredential,
} from './adobe-credentials.dto.js';
import { CredentialTests } from './credential-tests.js';

const ORG = { name: 'imsOrgId', example: '1234567890ABCDEF@AdobeOrg' };

/** Lets administrators give each organisation a credential of its own. Secrets can be written, never read. */
@ApiTags('organisations')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/adobe-credentials')
export class AdobeCredentialsController {
  constructor(
    private readonly credentials: AdobeCredentialsAdmin,
    private readonly tests: CredentialTests,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Lists the stored credentials, the newest first, without their secrets' })
  @ApiQuery({ type: PageQuery })
  @ApiOkResponse({ type: AdobeCredentialPage })
  list(@ValidQuery(PageQuery) query: PageQuery): Promise<AdobeCredentialPage> {
    return this.credentials.page(query);
  }

  @Get(':imsOrgId')
  @ApiOperation({ summary: 'Shows the credential of an organisation, without its secrets' })
  @ApiParam(ORG)
  @ApiOkResponse({ type: AdobeCredentialView })
  @AnswersWithEtag()
  async get(
    @Param('imsOrgId', ImsOrgIdPipe) org: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AdobeCredentialView> {
    return withEtag(reply, await this.credentials.get(org));
  }

  @Put(':imsOrgId')
  @Idempotent()
  @ApiOperation({
    summary: 'Stores the credential of an organisation, which is served from then on, by every process within a second',
  })
  @ApiParam(ORG)
  @ApiBody({ type: PutAdobeCredential })
  @ApiOkResponse({ type: AdobeCredentialView })
  @Refusals({ 409: 'A thousand credentials are stored' })
  @Edit()
  @AnswersWithEtag()
  async put(
    @Param('imsOrgId', ImsOrgIdPipe) org: string,
    @JsonBody(PutAdobeCredential) body: PutAdobeCredential,
    @IfMatch() seen: Precondition,
    @AdminActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AdobeCredentialView> {
    return withEtag(reply, await this.credentials.put(org, body, seen, actor));
  }

  @Patch(':imsOrgId')
  @ApiOperation({ summary: 'Changes parts of a credential, or adds a newer secret beside the one that is used' })
  @ApiParam(ORG)
  @ApiBody({ type: ChangeAdobeCredential })
  @ApiOkResponse({ type: AdobeCredentialView })
  @Refusals({ 409: 'No key opens the stored secrets, to which one is to be added' })
  @Edit()
  @AnswersWithEtag()
  async change(
    @Param('imsOrgId', ImsOrgIdPipe) org: string,
    @JsonBody(ChangeAdobeCredential) body: ChangeAdobeCredential,
    @IfMatch() seen: Precondition,
    @AdminActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AdobeCredentialView> {
    return withEtag(reply, await this.credentials.change(org, body, seen, actor));
  }

  @Delete(':imsOrgId')
  @ApiOperation({ summary: 'Removes a credential, and says what becomes of the callbacks of its organisation' })
  @ApiParam(ORG)
  @ApiQuery({ type: RemoveAdobeCredential })
  @ApiOkResponse({ type: RemovedAdobeCredential })
  @Edit()
  remove(
    @Param('imsOrgId', ImsOrgIdPipe) org: string,
    @ValidQuery(RemoveAdobeCredential) { callbacks }: RemoveAdobeCredential,
    @IfMatch() seen: Precondition,
    @AdminActor() actor: Actor,
  ): Promise<RemovedAdobeCredential> {
    return this.credentials.remove(org, callbacks, seen, actor);
  }

  @Post(':imsOrgId/test')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Asks IMS for an access token, and says what it answered' })
  @ApiParam(ORG)
  @ApiOkResponse({ type: CredentialTest })
  @Refusals({ 409: 'No key opens the secrets of the credential' })
  test(@Param('imsOrgId', ImsOrgIdPipe) org: string, @AdminActor() actor: Actor): Promise<CredentialTest> {
    return this.tests.run(org, actor);
  }
}
