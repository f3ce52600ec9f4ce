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
import { JsonBody } from '../../http/dto-parameters.js';
import { AnswersWithEtag, Edit, IfMatch } from '../../http/edit.decorator.js';
import { type Precondition, withEtag } from '../../http/etag.js';
import { Refusals } from '../../http/refusals.decorator.js';
import { Idempotent } from '../../idempotency/idempotent.decorator.js';
import { ImsOrgIdPipe } from '../../organisations/ims-org-id.pipe.js';
import type { Actor } from '../../security/admin-actor.js';
import { AdminActor } from '../../security/admin-actor.decorator.js';
import { AdminGuard } from '../../security/admin.guard.js';
import { PutTenant, TenantList, TenantView } from './service-tenants.dto.js';
import { ServiceTenants } from './service-tenants.js';

const SERVICE = { name: 'apiName', example: 'email-validation' };
const ORG = { name: 'imsOrgId', example: '1234567890ABCDEF@AdobeOrg' };

/** Lets administrators say which organisations a service is served to. */
@ApiTags('organisations')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/services/:apiName/tenants')
export class ServiceTenantsController {
  constructor(private readonly tenants: ServiceTenants) {}

  @Get()
  @ApiOperation({ summary: 'Lists the organisations that a service is served to, and those it is denied to' })
  @ApiParam(SERVICE)
  @ApiOkResponse({ type: TenantList })
  list(@Param('apiName') apiName: string): Promise<TenantList> {
    return this.tenants.list(apiName);
  }

  @Get(':imsOrgId')
  @ApiOperation({ summary: 'Shows whether a service is served to an organisation, and why' })
  @ApiParam(SERVICE)
  @ApiParam(ORG)
  @ApiOkResponse({ type: TenantView })
  @AnswersWithEtag()
  async get(
    @Param('apiName') apiName: string,
    @Param('imsOrgId', ImsOrgIdPipe) org: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TenantView> {
    return withEtag(reply, await this.tenants.get(apiName, org));
  }

  @Put(':imsOrgId')
  @Idempotent()
  @ApiOperation({ summary: 'Allows or denies a service to an organisation; every process follows within a second' })
  @ApiParam(SERVICE)
  @ApiParam(ORG)
  @ApiBody({ type: PutTenant })
  @ApiOkResponse({ type: TenantView })
  @Refusals({ 409: 'The service has a thousand rules' })
  @Edit()
  @AnswersWithEtag()
  async put(
    @Param('apiName') apiName: string,
    @Param('imsOrgId', ImsOrgIdPipe) org: string,
    @JsonBody(PutTenant) { access }: PutTenant,
    @IfMatch() seen: Precondition,
    @AdminActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TenantView> {
    return withEtag(reply, await this.tenants.put(apiName, org, access, seen, actor));
  }

  @Delete(':imsOrgId')
  @HttpCode(204)
  @ApiOperation({ summary: 'Removes the rule for an organisation; what holds without one holds again' })
  @ApiParam(SERVICE)
  @ApiParam(ORG)
  @ApiNoContentResponse()
  @Edit()
  remove(
    @Param('apiName') apiName: string,
    @Param('imsOrgId', ImsOrgIdPipe) org: string,
    @IfMatch() seen: Precondition,
    @AdminActor() actor: Actor,
  ): Promise<void> {
    return this.tenants.remove(apiName, org, seen, actor);
  }
}
