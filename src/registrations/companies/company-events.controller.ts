import { Controller, Post, Req, UseGuards } from '@nestjs/common';
import { ApiBasicAuth, ApiBody, ApiCreatedResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Refusals } from '../../http/refusals.decorator.js';
import { readJsonObject } from '../../http/json-body.js';
import type { Company } from './companies.repository.js';
import { TestEventReceipt, TestEventRequest } from './company-event.dto.js';
import { CompanyTestEvents } from './company-test-events.js';
import { CallingCompany, CompanyGuard } from './company.guard.js';

/** Lets companies try their receivers. */
@ApiTags('companies')
@ApiBasicAuth('company')
@Refusals({ 403: 'The company is disabled', 429: 'A company has 100 requests a second' })
@UseGuards(CompanyGuard)
@Controller('companies/:company_id/config/callback_events')
export class CompanyEventsController {
  constructor(private readonly events: CompanyTestEvents) {}

  @Post('test')
  @ApiOperation({ summary: 'Sends a sample event to the registration of its type; the body may override the sample' })
  @ApiParam({ name: 'company_id', example: 'acme' })
  @ApiBody({ type: TestEventRequest })
  @ApiCreatedResponse({ type: TestEventReceipt })
  @Refusals({ 404: 'No active registration of the event type' })
  async test(@CallingCompany() company: Company, @Req() request: FastifyRequest): Promise<TestEventReceipt> {
    const { eventType, eventId } = await this.events.send(company, readJsonObject(request));
    return { message: `Created event for event_type '${eventType}'`, event_id: eventId };
  }
}
