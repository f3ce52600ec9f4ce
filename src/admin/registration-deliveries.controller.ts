import { Controller, Get, Param, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';
import { ValidQuery } from '../http/dto-parameters.js';
import { UuidPipe } from '../http/uuid.pipe.js';
import { AdminGuard } from '../security/admin.guard.js';
import { RegistrationDeliveries } from './registration-deliveries.js';
import { ListRegistrationDeliveriesQuery, RegistrationDeliveryPage } from './registration-deliveries.dto.js';

/** Lets administrators see the deliveries of a registration. */
@ApiTags('registrations')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/registrations')
export class RegistrationDeliveriesController {
  constructor(private readonly deliveries: RegistrationDeliveries) {}

  @Get(':id/deliveries')
  @ApiOperation({
    // Generated clients name the call by it.
    operationId: 'RegistrationsAdminController_listDeliveries',
    summary: 'Lists its deliveries with their attempts, the newest first',
  })
  @ApiParam({ name: 'id', format: 'uuid', example: '01934b2c-7d31-7c52-9a2e-0a5f3c1b8e10' })
  @ApiQuery({ type: ListRegistrationDeliveriesQuery })
  @ApiOkResponse({ type: RegistrationDeliveryPage })
  list(
    @Param('id', UuidPipe) id: string,
    @ValidQuery(ListRegistrationDeliveriesQuery) query: ListRegistrationDeliveriesQuery,
  ): Promise<RegistrationDeliveryPage> {
    return this.deliveries.page(id, query);
  }
}
