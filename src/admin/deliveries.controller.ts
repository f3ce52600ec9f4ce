import { Controller, Get, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { ValidQuery } from '../http/dto-parameters.js';
import { Refusals } from '../http/refusals.decorator.js';
import { SharedAnswer } from '../live/shared-answer.decorator.js';
import { AdminGuard } from '../security/admin.guard.js';
import { DeliveryList } from './delivery-list.js';
import { DeliveryPage, ListDeliveriesQuery } from './list-deliveries.dto.js';

/** Lets administrators find deliveries, whichever feature made them. */
@ApiTags('deliveries')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/deliveries')
export class DeliveriesController {
  constructor(private readonly deliveries: DeliveryList) {}

  @Get()
  @SharedAnswer()
  @ApiOperation({ summary: 'Lists deliveries, the newest first; a page looks at 50,000 of them at most' })
  @ApiQuery({ type: ListDeliveriesQuery })
  @ApiOkResponse({ type: DeliveryPage })
  @Refusals({ 422: 'The search would take too long: narrow it' })
  list(@ValidQuery(ListDeliveriesQuery) query: ListDeliveriesQuery): Promise<DeliveryPage> {
    return this.deliveries.page(query);
  }
}
