import { Controller, Get, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AppConfig } from '../config/config.js';
import { AdminGuard } from '../security/admin.guard.js';
import { EgressView } from './egress.dto.js';

/** Shows the addresses receivers have to let in. */
@ApiTags('operations')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/egress')
export class EgressController {
  constructor(private readonly config: AppConfig) {}

  @Get()
  @ApiOperation({ summary: 'Addresses our requests come from, for the allow-lists of receivers' })
  @ApiOkResponse({ type: EgressView })
  show(): EgressView {
    return { addresses: [...this.config.operations.egressIps] };
  }
}
