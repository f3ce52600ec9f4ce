import { Controller, Param, Patch, Post, Req, Res, UseGuards } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiCreatedResponse,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AnswersWithEtag, Edit, IfMatch } from '../../http/edit.decorator.js';
import { type Precondition, withEtag } from '../../http/etag.js';
import { readJsonObject } from '../../http/json-body.js';
import { Refusals } from '../../http/refusals.decorator.js';
import { Idempotent } from '../../idempotency/idempotent.decorator.js';
import type { Actor } from '../../security/admin-actor.js';
import { AdminActor } from '../../security/admin-actor.decorator.js';
import { AdminGuard } from '../../security/admin.guard.js';
import { RegistrationView } from '../registrations.dto.js';
import { API_VERSION_HEADER, API_VERSIONS } from './company-api-version.js';
import { CallbackRequest } from './company-callback.dto.js';
import type { CallbackSubmission } from './company-callback.reader.js';
import { CompanyCallbacksAdmin } from './company-callbacks-admin.js';

const API_VERSION = {
  name: API_VERSION_HEADER,
  required: false,
  schema: { type: 'string', enum: API_VERSIONS.map(String) },
};

/** Lets administrators register callbacks for a company, and change them, with the fields of the company's own API. */
@ApiTags('companies')
@ApiBearerAuth('admin')
@ApiParam({ name: 'company_id', example: 'acme' })
@UseGuards(AdminGuard)
@Controller('admin/companies/:company_id/callbacks')
export class CompanyCallbacksAdminController {
  constructor(private readonly callbacks: CompanyCallbacksAdmin) {}

  @Post()
  @Idempotent()
  @ApiOperation({ summary: 'Registers a callback for a company' })
  @ApiHeader(API_VERSION)
  @ApiBody({ type: CallbackRequest })
  @ApiCreatedResponse({ type: RegistrationView })
  @Refusals({ 409: 'Its dates overlap another of the same event type and qualifier' })
  @AnswersWithEtag()
  async create(
    @Param('company_id') companyId: string,
    @Req() request: FastifyRequest,
    @AdminActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RegistrationView> {
    return withEtag(reply, await this.callbacks.create(companyId, submissionOf(request), actor));
  }

  @Patch(':callback_id')
  @ApiOperation({ summary: 'Changes a registration of a company; fields that the body leaves out stay' })
  @ApiParam({ name: 'callback_id', example: 'k3v9x0ab', description: 'label of the registration' })
  @ApiHeader(API_VERSION)
  @ApiBody({ type: CallbackRequest })
  @ApiOkResponse({ type: RegistrationView })
  @Refusals({ 409: 'Its dates would overlap another of the same event type and qualifier' })
  @Edit()
  @AnswersWithEtag()
  async change(
    @Param() { company_id: companyId, callback_id: callbackId }: { company_id: string; callback_id: string },
    @Req() request: FastifyRequest,
    @IfMatch() seen: Precondition,
    @AdminActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RegistrationView> {
    const target = { companyId, callbackId };
    return withEtag(reply, await this.callbacks.change(target, submissionOf(request), seen, actor));
  }
}

function submissionOf(request: FastifyRequest): CallbackSubmission {
  return { body: readJsonObject(request), apiVersion: request.headers[API_VERSION_HEADER.toLowerCase()] };
}
