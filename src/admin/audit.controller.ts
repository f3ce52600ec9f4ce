import { Controller, Get, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { ValidQuery } from '../http/dto-parameters.js';
import { AdminGuard } from '../security/admin.guard.js';
import { AuditList } from './audit-list.js';
import { AuditPage, ListAuditQuery } from './audit-list.dto.js';

/** Lets administrators see what administrators did. */
@ApiTags('keys and audit')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/audit')
export class AuditController {
  constructor(private readonly audit: AuditList) {}

  @Get()
  @ApiOperation({ summary: 'Lists what administrators did, the newest first' })
  @ApiQuery({ type: ListAuditQuery })
  @ApiOkResponse({ type: AuditPage })
  list(@ValidQuery(ListAuditQuery) query: ListAuditQuery): Promise<AuditPage> {
    return this.audit.page(query);
  }
}
