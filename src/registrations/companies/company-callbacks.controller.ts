import { Controller, Delete, Get, Param, Post, Put, Req, UseGuards } from '@nestjs/common';
import {
  ApiBasicAuth,
  ApiBody,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Refusals } from '../../http/refusals.decorator.js';
import { readJsonObject } from '../../http/json-body.js';
import type { Company } from './companies.repository.js';
import { renderCallback } from './company-callback.js';
import { CallbackEntity, CallbackRequest } from './company-callback.dto.js';
import { CompanyCallbacks } from './company-callbacks.js';
import { CallingCompany, CompanyGuard } from './company.guard.js';

const COMPANY_ID = { name: 'company_id', example: 'acme' };
const CALLBACK_ID = { name: 'callback_id', example: 'k3v9x0ab' };

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
  @ApiBody({ type: CallbackRequest })
  @ApiCreatedResponse({ type: CallbackEntity })
  @Refusals({ 409: OVERLAP })
  async create(@CallingCompany() company: Company, @Req() request: FastifyRequest): Promise<Rendered> {
    return renderCallback(await this.callbacks.create(company, readJsonObject(request)));
  }

  @Get(':callback_id')
  @ApiOperation({ summary: 'Shows a registration, ended ones too' })
  @ApiParam(CALLBACK_ID)
  @ApiOkResponse({ type: CallbackEntity })
  async get(@CallingCompany() company: Company, @Param('callback_id') id: string): Promise<Rendered> {
    return renderCallback(await this.callbacks.get(company, id));
  }

  @Put(':callback_id')
  @ApiOperation({ summary: 'Changes a registration; what the body leaves out stays' })
  @ApiParam(CALLBACK_ID)
  @ApiBody({ type: CallbackRequest })
  @ApiOkResponse({ type: CallbackEntity })
  @Refusals({ 409: OVERLAP })
  async replace(
    @CallingCompany() company: Company,
    @Param('callback_id') id: string,
    @Req() request: FastifyRequest,
  ): Promise<Rendered> {
    return renderCallback(await this.callbacks.replace(company, id, readJsonObject(request)));
  }

  @Delete(':callback_id')
  @ApiOperation({ summary: 'Ends a registration now, and frees its place at once' })
  @ApiParam(CALLBACK_ID)
  @ApiOkResponse({ type: CallbackEntity })
  async end(@CallingCompany() company: Company, @Param('callback_id') id: string): Promise<Rendered> {
    return renderCallback(await this.callbacks.end(company, id));
  }
}
