import { Controller, Get, HttpCode, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import {
  ApiBody,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiProduces,
  ApiProperty,
  ApiPropertyOptional,
  ApiSecurity,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { STATUS_EXAMPLE } from '../../catalog/document-examples.js';
import { PARAMETER_TYPES } from '../../catalog/marketo-definition.js';
import { ServiceNotices, type ServiceStatus, toStatus } from '../../catalog/service-notices.js';
import { MACHINE_ONLY } from '../../http/configure-http.js';
import { readJsonObject } from '../../http/json-body.js';
import { Refusals } from '../../http/refusals.decorator.js';
import { CallerGuard } from '../../security/caller.guard.js';
import { MarketoDocuments } from '../documents/marketo-documents.js';
import { readPicklistRequest } from './picklist-request.js';
import { type MarketoChoice, Picklists } from './picklists.js';
import { ProviderInstructions } from './provider-instructions.js';
import { type Icon, ServiceIcons } from './service-icons.js';

const SWITCHED_OFF = { 403: 'The service is switched off' };
/** An image or a page of the operator's own is shown, and nothing in it runs or loads anything. */
const HARMLESS = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox";
const IMAGE = { content: { 'image/*': { schema: { type: 'string', format: 'binary' }, example: '<svg/>' } } };

/** Which choices are asked for, for the API document; {@link ./picklist-request.ts} reads it. */
export class PicklistRequestDto {
  @ApiProperty({ example: 'table' })
  name!: string;

  @ApiProperty({ enum: PARAMETER_TYPES })
  type!: string;

  @ApiPropertyOptional({ description: 'Beginning of the labels, for lists of more than a thousand' })
  prefix?: string;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  fieldMappingContext?: object;
}

/** A choice of a picklist. */
export class PicklistChoiceDto {
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, example: { en_US: 'Countries' } })
  displayValue!: Readonly<Record<string, string>>;

  @ApiProperty({
    anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }],
    example: 'countries',
  })
  submittedValue!: string | number | boolean;
}

/** The choices of a parameter. */
export class PicklistDto {
  @ApiProperty({ type: [PicklistChoiceDto] })
  choices!: readonly MarketoChoice[];
}

/** The routes that Marketo's screens ask besides: choices, icons, instructions and the state of a service. */
@ApiTags('marketo')
@Controller('services/:apiName/marketo')
export class ExtrasController {
  constructor(
    private readonly documents: MarketoDocuments,
    private readonly picklists: Picklists,
    private readonly icons: ServiceIcons,
    private readonly instructions: ProviderInstructions,
    private readonly notices: ServiceNotices,
  ) {}

  @RouteConfig(MACHINE_ONLY)
  @Post('getPicklist')
  @HttpCode(200)
  @Refusals(SWITCHED_OFF)
  @UseGuards(CallerGuard)
  @ApiOperation({ summary: 'The choices of a parameter: at most a thousand, the others by a prefix' })
  @ApiParam({ name: 'apiName', type: String })
  @ApiBody({ type: PicklistRequestDto })
  @ApiOkResponse({ type: PicklistDto })
  async picklist(@Req() request: FastifyRequest, @Param('apiName') apiName: string): Promise<PicklistDto> {
    const definition = this.documents.get(apiName);
    return { choices: await this.picklists.choicesOf(definition, readPicklistRequest(readJsonObject(request))) };
  }

  /** Asked every night, and when an administrator saves credentials: it must refuse wrong ones. */
  @Get('status')
  @Refusals(SWITCHED_OFF)
  @UseGuards(CallerGuard)
  @ApiOperation({ summary: 'The state of the service, and whether the credentials are right' })
  @ApiOkResponse(STATUS_EXAMPLE)
  async status(@Param('apiName') apiName: string): Promise<ServiceStatus> {
    const definition = this.documents.get(apiName);
    const unusable = await this.icons.unusable(definition);
    const missing = [
      ...unusable,
      ...((await this.instructions.isReadable(definition)) ? [] : [definition.marketo.instructions]),
    ];
    const told = missing.map((file) => ({ level: 'warning' as const, text: `The file ${file} cannot be shown.` }));
    return toStatus([...(await this.notices.of(definition)), ...told], new Date());
  }

  @ApiSecurity({})
  @Get('brandIcon')
  @ApiOperation({ summary: 'The icon of the provider' })
  @ApiProduces('image/*')
  @ApiOkResponse({ description: 'An image', ...IMAGE })
  async brandIcon(@Param('apiName') apiName: string, @Res() reply: FastifyReply): Promise<void> {
    send(reply, await this.icons.brand(this.documents.get(apiName)));
  }

  @ApiSecurity({})
  @Get('serviceIcon')
  @ApiOperation({ summary: 'The icon of the service' })
  @ApiProduces('image/*')
  @ApiOkResponse({ description: 'An image', ...IMAGE })
  async serviceIcon(@Param('apiName') apiName: string, @Res() reply: FastifyReply): Promise<void> {
    send(reply, await this.icons.service(this.documents.get(apiName)));
  }

  @ApiSecurity({})
  @Get('providerInstructions')
  @ApiOperation({ summary: 'How to set the service up in Marketo, as a page' })
  @ApiProduces('text/html')
  @ApiOkResponse({
    description: 'A page',
    content: { 'text/html': { schema: { type: 'string' }, example: '<h1>Setting up</h1>' } },
  })
  async providerInstructions(@Param('apiName') apiName: string, @Res() reply: FastifyReply): Promise<void> {
    const page = await this.instructions.page(this.documents.get(apiName));
    send(reply, { contentType: 'text/html; charset=utf-8', bytes: Buffer.from(page) });
  }
}

function send(reply: FastifyReply, { contentType, bytes }: Icon): void {
  void reply
    .header('content-type', contentType)
    .header('content-security-policy', HARMLESS)
    .header('x-content-type-options', 'nosniff')
    .header('cache-control', 'public, max-age=3600')
    .send(bytes);
}
