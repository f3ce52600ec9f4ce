import { Controller, Get, Param, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { Refusals } from '../http/refusals.decorator.js';
import { CallerGuard } from '../security/caller.guard.js';
import { Catalog } from './catalog.js';
import { DEFINITION_EXAMPLE, OPENAPI_EXAMPLE, STATUS_EXAMPLE } from './document-examples.js';
import { ServiceDefinitionGuard } from './service-definition.guard.js';
import type { ServiceStatus } from './service-notices.js';
import { ServiceDocuments } from './service-documents.js';

const SWITCHED_OFF = { 403: 'The service is switched off' };

type Json = Readonly<Record<string, unknown>>;

/** The routes by which Adobe reads one service; an admin pastes their address. */
@ApiTags('services')
@Controller('services/:apiName')
export class ServicesController {
  constructor(
    private readonly catalog: Catalog,
    private readonly documents: ServiceDocuments,
  ) {}

  /** Public: an admin pastes this address before there are credentials. */
  @ApiSecurity({})
  @Get('openapi.json')
  @ApiOperation({ summary: 'The OpenAPI document to paste into Adobe' })
  @ApiOkResponse(OPENAPI_EXAMPLE)
  openApi(@Param('apiName') apiName: string): Promise<Json> {
    return this.documents.openApi(this.catalog.getFor(apiName, 'externalActions'));
  }

  @Get('getServiceDefinition')
  @Refusals(SWITCHED_OFF)
  @UseGuards(ServiceDefinitionGuard)
  @ApiOperation({ summary: 'The definition of the service: fields it takes, and fields it answers with' })
  @ApiOkResponse(DEFINITION_EXAMPLE)
  serviceDefinition(@Param('apiName') apiName: string): Json {
    return this.documents.serviceDefinition(this.catalog.getFor(apiName, 'externalActions'));
  }

  @Get('status')
  @Refusals(SWITCHED_OFF)
  @UseGuards(CallerGuard)
  @ApiOperation({ summary: 'Whether the service is well and the credentials are right' })
  @ApiOkResponse(STATUS_EXAMPLE)
  status(@Param('apiName') apiName: string): Promise<ServiceStatus> {
    return this.documents.status(this.catalog.getFor(apiName, 'externalActions'));
  }
}
