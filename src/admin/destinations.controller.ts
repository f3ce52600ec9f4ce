import { Controller, Get, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';
import { ValidQuery } from '../http/dto-parameters.js';
import { Refusals } from '../http/refusals.decorator.js';
import { UuidPipe } from '../http/uuid.pipe.js';
import type { Actor } from '../security/admin-actor.js';
import { AdminActor } from '../security/admin-actor.decorator.js';
import { AdminGuard } from '../security/admin.guard.js';
import { StatisticsQuery } from '../statistics/statistics.dto.js';
import { DestinationList } from './destination-list.js';
import { DestinationPage, DestinationView, ListDestinationsQuery } from './destinations.dto.js';
import { DestinationSwitches } from './destination-switches.js';

const ID = { name: 'id', format: 'uuid', example: '5f0c7a52-3d1e-5c1b-9d6b-0a5f3c1b8e10' };

/** Lets administrators see where callbacks go and how those receivers are, and keep callbacks from one of them. */
@ApiTags('deliveries')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/destinations')
export class DestinationsController {
  constructor(
    private readonly destinations: DestinationList,
    private readonly switches: DestinationSwitches,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Lists destinations with their breakers, throttles, waiting deliveries and attempts' })
  @ApiQuery({ type: ListDestinationsQuery })
  @ApiOkResponse({ type: DestinationPage })
  list(@ValidQuery(ListDestinationsQuery) query: ListDestinationsQuery): Promise<DestinationPage> {
    return this.destinations.page(query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Shows one destination' })
  @ApiParam(ID)
  @ApiQuery({ type: StatisticsQuery })
  @ApiOkResponse({ type: DestinationView })
  get(
    @Param('id', UuidPipe) id: string,
    @ValidQuery(StatisticsQuery) { window }: StatisticsQuery,
  ): Promise<DestinationView> {
    return this.destinations.get(id, window);
  }

  @Post(':id/pause')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Keeps deliveries to a destination back, in every process within a second; those with an end still expire',
  })
  @ApiParam(ID)
  @ApiOkResponse({ type: DestinationView })
  @Refusals({ 409: 'Its registration has another address by now' })
  async pause(@Param('id', UuidPipe) id: string, @AdminActor() actor: Actor): Promise<DestinationView> {
    await this.switches.pause(id, actor);
    return this.destinations.get(id, '1h');
  }

  @Post(':id/resume')
  @HttpCode(200)
  @ApiOperation({ summary: 'Sends what was kept back, and forgets the breaker and the throttle' })
  @ApiParam(ID)
  @ApiOkResponse({ type: DestinationView })
  @Refusals({ 409: 'It is off for another reason, which its registration names' })
  async resume(@Param('id', UuidPipe) id: string, @AdminActor() actor: Actor): Promise<DestinationView> {
    await this.switches.resume(id, actor);
    return this.destinations.get(id, '1h');
  }
}
