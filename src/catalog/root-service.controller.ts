import { Controller, Get, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CallerGuard } from '../security/caller.guard.js';
import { Catalog } from './catalog.js';
import { DEFINITION_EXAMPLE, OPENAPI_EXAMPLE, STATUS_EXAMPLE } from './document-examples.js';
import { ServiceDefinitionGuard } from './service-definition.guard.js';
import { ServiceDocuments } from './service-documents.js';

type Json = Readonly<Record<string, unknown>>;

/** What Adobe reads at `/`: the lead default service, else any default. */
@ApiTags('default service')
@Controller()
export class RootServiceController {
  constructor(
    private readonly catalog: Catalog,
    private readonly documents: ServiceDocuments,
  ) {}

  /** Public: an admin pastes this address before there are credentials. */
  @Get('openapi.json')
  @ApiOperation({ summary: 'The OpenAPI document of the default service' })
  @ApiOkResponse(OPENAPI_EXAMPLE)
  openApi(): Json {
    return this.documents.rootOpenApi(this.catalog.getRoot());
  }

  @Get('getServiceDefinition')
  @UseGuards(ServiceDefinitionGuard)
  @ApiOperation({ summary: 'What the default service takes and answers with' })
  @ApiOkResponse(DEFINITION_EXAMPLE)
  serviceDefinition(): Json {
    return this.documents.serviceDefinition(this.catalog.getRoot());
  }

  @Get('status')
  @UseGuards(CallerGuard)
  @ApiOperation({ summary: 'Whether the default service is well and the credentials are right' })
  @ApiOkResponse(STATUS_EXAMPLE)
  status(): Json {
    return this.documents.status(this.catalog.getRoot());
  }
}
