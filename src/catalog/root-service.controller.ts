import { Controller, Get, UseGuards } from '@nestjs/common';
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

/** The service that Adobe reads at `/`: the lead default service, else any default. */
@ApiTags('services')
@Refusals({ 404: 'No default service is configured' })
@Controller()
export class RootServiceController {
  constructor(
    private readonly catalog: Catalog,
    private readonly documents: ServiceDocuments,
  ) {}

  /** Public: an admin pastes this address before there are credentials. */
  @ApiSecurity({})
  @Get('openapi.json')
  @ApiOperation({ summary: 'The OpenAPI document of the default service' })
  @ApiOkResponse(OPENAPI_EXAMPLE)
  openApi(): Promise<Json> {
    return this.documents.rootOpenApi(this.catalog.getRoot());
  }

  @Get('getServiceDefinition')
  @Refusals(SWITCHED_OFF)
  @UseGuards(ServiceDefinitionGuard)
  @ApiOperation({ summary: 'The definition of the default service: fields it takes, and fields it answers with' })
  @ApiOkResponse(DEFINITION_EXAMPLE)
  serviceDefinition(): Json {
    return this.documents.serviceDefinition(this.catalog.getRoot());
  }

  @Get('status')
  @Refusals(SWITCHED_OFF)
  @UseGuards(CallerGuard)
  @ApiOperation({ summary: 'Whether the default service is well and the credentials are right' })
  @ApiOkResponse(STATUS_EXAMPLE)
  status(): Promise<ServiceStatus> {
    return this.documents.status(this.catalog.getRoot());
  }
}
