import { Controller, Get, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { Catalog } from '../catalog/catalog.js';
import { ValidQuery } from '../http/dto-parameters.js';
import { SharedAnswer } from '../live/shared-answer.decorator.js';
import { AdminGuard } from '../security/admin.guard.js';
import {
  DestinationStatisticsQuery,
  DestinationStatisticsView,
  StatisticsQuery,
  StatisticsView,
} from '../statistics/statistics.dto.js';
import { Statistics } from '../statistics/statistics.js';

/** Shows administrators how much went well, and how fast, from counts that are kept for it. */
@ApiTags('operations')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/statistics')
export class StatisticsController {
  constructor(
    private readonly statistics: Statistics,
    private readonly catalog: Catalog,
  ) {}

  @Get()
  @SharedAnswer()
  @ApiOperation({ summary: 'Requests, callbacks, failures and times of the last hour, day or week, per service' })
  @ApiQuery({ type: StatisticsQuery })
  @ApiOkResponse({ type: StatisticsView })
  ofServices(@ValidQuery(StatisticsQuery) { window }: StatisticsQuery): Promise<StatisticsView> {
    const services = this.catalog.all().map(({ apiName }) => apiName);
    return this.statistics.ofServices(services, window);
  }

  @Get('destination')
  @ApiOperation({ summary: 'Attempts at one destination in the last hour, day or week' })
  @ApiQuery({ type: DestinationStatisticsQuery })
  @ApiOkResponse({ type: DestinationStatisticsView })
  ofDestination(
    @ValidQuery(DestinationStatisticsQuery) { destination, window }: DestinationStatisticsQuery,
  ): Promise<DestinationStatisticsView> {
    return this.statistics.ofDestination(destination.toLowerCase(), window);
  }
}
