import { Controller, Delete, Get, Header, HttpCode, Param, Patch, Post, Req, Res, UseGuards } from '@nestjs/common';
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
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AnswersWithEtag, Edit, IfMatch } from '../../http/edit.decorator.js';
import { type Precondition, withEtag } from '../../http/etag.js';
import { cutPage } from '../../http/keyset-page.js';
import { Refusals } from '../../http/refusals.decorator.js';
import { JsonBody, ValidQuery } from '../../http/dto-parameters.js';
import { readJsonObject } from '../../http/json-body.js';
import { PageQuery } from '../../http/page-query.dto.js';
import { RequestError } from '../../http/request-error.js';
import { Idempotent } from '../../idempotency/idempotent.decorator.js';
import { AdminGuard } from '../../security/admin.guard.js';
import type { Actor } from '../../security/admin-actor.js';
import { AdminActor } from '../../security/admin-actor.decorator.js';
import {
  COMPANY_ID,
  CompanyCredentialsView,
  CompanyPage,
  CompanyView,
  CreateCompany,
  ChangeCompany,
} from './companies-admin.dto.js';
import type { Company } from './companies.repository.js';
import { CompanyAccounts, type IssuedCredentials } from './company-accounts.js';
import { PublishCompanyEvent, PublishedCompanyEvent } from './company-event.dto.js';
import { CompanyPublishing } from './company-publishing.js';

const ID = { name: 'company_id', example: 'acme' };

/** Lets administrators create companies, give them credentials, and publish what happened to their data. */
@ApiTags('companies')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/companies')
export class CompaniesAdminController {
  constructor(
    private readonly accounts: CompanyAccounts,
    private readonly publishing: CompanyPublishing,
  ) {}

  @Post()
  @Idempotent()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Creates a company; its password is shown this once' })
  @ApiBody({ type: CreateCompany })
  @ApiCreatedResponse({ type: CompanyCredentialsView })
  @Refusals({ 409: 'The company_id is taken' })
  async create(
    @JsonBody(CreateCompany) body: CreateCompany,
    @AdminActor() actor: Actor,
  ): Promise<CompanyCredentialsView> {
    return toCredentials(await this.accounts.create(body, actor));
  }

  @Get()
  @ApiOperation({ summary: 'Lists companies, the newest first' })
  @ApiQuery({ type: PageQuery })
  @ApiOkResponse({ type: CompanyPage })
  async list(@ValidQuery(PageQuery) { cursor, limit }: PageQuery): Promise<CompanyPage> {
    const rows = await this.accounts.list(cursor ?? null, limit + 1);
    const { rows: shown, nextCursor } = cutPage(rows, limit, ({ id }) => id);
    return { items: shown.map(toView), nextCursor };
  }

  @Get(':company_id')
  @ApiOperation({ summary: 'Shows a company, without its password' })
  @ApiParam(ID)
  @ApiOkResponse({ type: CompanyView })
  @AnswersWithEtag()
  async get(@Param('company_id') id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<CompanyView> {
    const { view, etag } = await this.accounts.get(knownForm(id));
    return withEtag(reply, { view: toView(view), etag });
  }

  @Patch(':company_id')
  @ApiOperation({ summary: 'Renames a company; its company_id stays' })
  @ApiParam(ID)
  @ApiBody({ type: ChangeCompany })
  @ApiOkResponse({ type: CompanyView })
  @Edit()
  @AnswersWithEtag()
  async change(
    @Param('company_id') id: string,
    @JsonBody(ChangeCompany) body: ChangeCompany,
    @IfMatch() seen: Precondition,
    @AdminActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CompanyView> {
    const { view, etag } = await this.accounts.rename(knownForm(id), body, seen, actor);
    return withEtag(reply, { view: toView(view), etag });
  }

  @Delete(':company_id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Deletes a company: its registrations end, deliveries that wait are cancelled' })
  @ApiParam(ID)
  @ApiNoContentResponse()
  @Edit()
  remove(@Param('company_id') id: string, @IfMatch() seen: Precondition, @AdminActor() actor: Actor): Promise<void> {
    return this.accounts.remove(knownForm(id), seen, actor);
  }

  @Post(':company_id/rotate')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Replaces the password; the one before stops working at once' })
  @ApiParam(ID)
  @ApiOkResponse({ type: CompanyCredentialsView })
  async rotate(@Param('company_id') id: string, @AdminActor() actor: Actor): Promise<CompanyCredentialsView> {
    return toCredentials(await this.accounts.rotate(knownForm(id), actor));
  }

  @Post(':company_id/disable')
  @HttpCode(200)
  @ApiOperation({ summary: 'Disables a company: its API is closed, its deliveries wait' })
  @ApiParam(ID)
  @ApiOkResponse({ type: CompanyView })
  async disable(@Param('company_id') id: string, @AdminActor() actor: Actor): Promise<CompanyView> {
    return toView(await this.accounts.setState(knownForm(id), 'disabled', actor));
  }

  @Post(':company_id/enable')
  @HttpCode(200)
  @ApiOperation({ summary: 'Enables a disabled company; waiting deliveries are sent within a minute' })
  @ApiParam(ID)
  @ApiOkResponse({ type: CompanyView })
  async enable(@Param('company_id') id: string, @AdminActor() actor: Actor): Promise<CompanyView> {
    return toView(await this.accounts.setState(knownForm(id), 'active', actor));
  }

  @Post(':company_id/events')
  @Idempotent()
  @HttpCode(202)
  @ApiOperation({ summary: 'Publishes an event to every registration of the company that wants it' })
  @ApiParam(ID)
  @ApiBody({ type: PublishCompanyEvent })
  @ApiAcceptedResponse({ type: PublishedCompanyEvent })
  @Refusals({ 409: 'The company is disabled' })
  async publish(
    @Param('company_id') id: string,
    @Req() request: FastifyRequest,
    @AdminActor() actor: Actor,
  ): Promise<PublishedCompanyEvent> {
    const receipt = await this.publishing.publish(knownForm(id), readJsonObject(request), actor);
    return { event_id: receipt.eventId, deliveries: receipt.count };
  }
}

function toCredentials({ company, password }: IssuedCredentials): CompanyCredentialsView {
  return { company_id: company.companyId, username: company.username, password };
}

function toView({ companyId, name, username, state, createdAt }: Company): CompanyView {
  return { company_id: companyId, name, username, state, created_at: createdAt };
}

/** No company has an id of another form, so Postgres need not be asked. */
function knownForm(companyId: string): string {
  if (COMPANY_ID.test(companyId)) return companyId;
  throw new RequestError(404, 'RESOURCE_NOT_FOUND', 'No company has this id');
}
