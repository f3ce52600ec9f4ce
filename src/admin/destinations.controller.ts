import { Controller, Get, Param, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';
import { ValidQuery } from '../http/dto-parameters.js';
import { UuidPipe } from '../http/uuid.pipe.js';
import { SharedAnswer } from '../live/shared-answer.decorator.js';
import { AdminGuard } from '../security/admin.guard.js';
import { StatisticsQuery } from '../statistics/statistics.dto.js';
import { DestinationList } from './destination-list.js';
import { DestinationPage, DestinationView, ListDestinationsQuery } from './destinations.dto.js';

const ID = { name: 'id', format: 'uuid', example: '5f0c7a52-3d1e-5c1b-9d6b-0a5f3c1b8e10' };

/** Lets administrators see where callbacks go, and how those receivers are. */
@ApiTags('deliveries')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/destinations')
export class DestinationsController {
  constructor(private readonly destinations: DestinationList) {}

  @Get()
  @SharedAnswer()
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
}
