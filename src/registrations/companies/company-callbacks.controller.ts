import { Controller, Delete, Get, Param, Post, Put, Req, UseGuards } from '@nestjs/common';
import {
  ApiBasicAuth,
  ApiBody,
  ApiCreatedResponse,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Refusals } from '../../http/refusals.decorator.js';
import { readJsonObject } from '../../http/json-body.js';
import type { Company } from './companies.repository.js';
import { API_VERSION_HEADER, API_VERSIONS } from './company-api-version.js';
import { renderCallback } from './company-callback.js';
import { CallbackEntity, CallbackRequest } from './company-callback.dto.js';
import type { CallbackSubmission } from './company-callback.reader.js';
import { CompanyCallbacks } from './company-callbacks.js';
import { CallingCompany, CompanyGuard } from './company.guard.js';

const COMPANY_ID = { name: 'company_id', example: 'acme' };
const CALLBACK_ID = { name: 'callback_id', example: 'k3v9x0ab' };

const API_VERSION = {
  name: API_VERSION_HEADER,
  required: false,
  schema: { type: 'string', enum: API_VERSIONS.map(String) },
  description: 'Kept with the registration: phone numbers in its events are ten digits (1) or E.164 (2)',
};

const OVERLAP = 'Its dates overlap another of the same event type and qualifier';

type Rendered = Record<string, unknown>;

/** A company's registrations. */
@ApiTags('companies')
@ApiBasicAuth('company')
@ApiParam(COMPANY_ID)
@Refusals({ 403: 'The company is disabled', 429: 'A company has 100 requests a second' })
@UseGuards(CompanyGuard)
@Controller('companies/:company_id/config/callbacks')
export class CompanyCallbacksController {
  constructor(private readonly callbacks: CompanyCallbacks) {}

  @Get()
  @ApiOperation({ summary: 'Lists active and future registrations' })
  @ApiOkResponse({ type: [CallbackEntity] })
  async list(@CallingCompany() company: Company): Promise<Rendered[]> {
    return (await this.callbacks.list(company)).map(renderCallback);
  }

  @Post()
  @ApiOperation({ summary: 'Registers a callback' })
  @ApiHeader(API_VERSION)
  @ApiBody({ type: CallbackRequest })
  @ApiCreatedResponse({ type: CallbackEntity })
  @Refusals({ 409: OVERLAP })
  async create(@CallingCompany() company: Company, @Req() request: FastifyRequest): Promise<Rendered> {
    return renderCallback(await this.callbacks.create(company, submissionOf(request)));
  }

  @Get(':callback_id')
  @ApiOperation({ summary: 'Shows a registration, ended ones too' })
  @ApiParam(CALLBACK_ID)
  @ApiOkResponse({ type: CallbackEntity })
  async get(@CallingCompany() company: Company, @Param('callback_id') id: string): Promise<Rendered> {
    return renderCallback(await this.callbacks.get(company, id));
  }

  @Put(':callback_id')
  @ApiOperation({ summary: 'Changes a registration; fields that the body leaves out stay' })
  @ApiParam(CALLBACK_ID)
  @ApiHeader(API_VERSION)
  @ApiBody({ type: CallbackRequest })
  @ApiOkResponse({ type: CallbackEntity })
  @Refusals({ 409: OVERLAP })
  async replace(
    @CallingCompany() company: Company,
    @Param('callback_id') id: string,
    @Req() request: FastifyRequest,
  ): Promise<Rendered> {
    return renderCallback(await this.callbacks.replace(company, id, submissionOf(request)));
  }

  @Delete(':callback_id')
  @ApiOperation({ summary: 'Ends a registration now, and frees its place at once' })
  @ApiParam(CALLBACK_ID)
  @ApiOkResponse({ type: CallbackEntity })
  async end(@CallingCompany() company: Company, @Param('callback_id') id: string): Promise<Rendered> {
    return renderCallback(await this.callbacks.end(company, id));
  }
}

function submissionOf(request: FastifyRequest): CallbackSubmission {
  return { body: readJsonObject(request), apiVersion: request.headers[API_VERSION_HEADER.toLowerCase()] };
}
