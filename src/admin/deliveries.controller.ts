import { Controller, Get, Param, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';
import { ValidQuery } from '../http/dto-parameters.js';
import { Refusals } from '../http/refusals.decorator.js';
import { UuidPipe } from '../http/uuid.pipe.js';
import { SharedAnswer } from '../live/shared-answer.decorator.js';
import { AdminGuard } from '../security/admin.guard.js';
import { DeliveryDetail } from './delivery-detail.dto.js';
import { DeliveryDetails } from './delivery-details.js';
import { DeliveryList } from './delivery-list.js';
import { DeliveryPage, ListDeliveriesQuery } from './list-deliveries.dto.js';

/** Lets administrators find deliveries, whichever feature made them. */
@ApiTags('deliveries')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/deliveries')
export class DeliveriesController {
  constructor(
    private readonly deliveries: DeliveryList,
    private readonly details: DeliveryDetails,
  ) {}

  @Get()
  @SharedAnswer()
  @ApiOperation({ summary: 'Lists deliveries, the newest first; a page looks at 50,000 of them at most' })
  @ApiQuery({ type: ListDeliveriesQuery })
  @ApiOkResponse({ type: DeliveryPage })
  @Refusals({ 422: 'The search would take too long: narrow it' })
  list(@ValidQuery(ListDeliveriesQuery) query: ListDeliveriesQuery): Promise<DeliveryPage> {
    return this.deliveries.page(query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Shows one delivery with its attempts, and says what to do about it' })
  @ApiParam({ name: 'id', format: 'uuid', description: 'The deliveryId' })
  @ApiOkResponse({ type: DeliveryDetail })
  get(@Param('id', UuidPipe) id: string): Promise<DeliveryDetail> {
    return this.details.get(id);
  }
}
