import { Controller, Get, Param, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { Refusals } from '../../http/refusals.decorator.js';
import { DEFINITION_EXAMPLE, OPENAPI_EXAMPLE } from '../../catalog/document-examples.js';
import { ServiceDefinitionGuard } from '../../catalog/service-definition.guard.js';
import { MarketoDocuments } from './marketo-documents.js';

type Json = Readonly<Record<string, unknown>>;

/** The routes by which Marketo reads a service; an administrator pastes the address of its document. */
@ApiTags('marketo')
@Controller('services/:apiName/marketo')
export class MarketoDocumentsController {
  constructor(private readonly documents: MarketoDocuments) {}

  /** Public: an administrator pastes this address before there are credentials. */
  @ApiSecurity({})
  @Get('openapi.json')
  @ApiOperation({ summary: 'The OpenAPI document to install in Marketo' })
  @ApiOkResponse(OPENAPI_EXAMPLE)
  openApi(@Param('apiName') apiName: string): Promise<Json> {
    return this.documents.openApi(this.documents.get(apiName));
  }

  @Get('getServiceDefinition')
  @Refusals({ 403: 'The service is switched off' })
  @UseGuards(ServiceDefinitionGuard)
  @ApiOperation({ summary: 'The definition of the service, as Marketo reads it' })
  @ApiOkResponse(DEFINITION_EXAMPLE)
  serviceDefinition(@Param('apiName') apiName: string): Json {
    return this.documents.serviceDefinition(this.documents.get(apiName));
  }
}
