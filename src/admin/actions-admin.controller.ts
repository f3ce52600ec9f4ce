import { Controller, Get, Param, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';
import { Refusals } from '../http/refusals.decorator.js';
import { SharedAnswer } from '../live/shared-answer.decorator.js';
import { AdminGuard } from '../security/admin.guard.js';
import { ActionDetail } from './action-detail.dto.js';
import { ActionDetails } from './action-details.js';
import { ActionList } from './action-list.js';
import { ActionPage, ListActionsQuery } from './list-actions.dto.js';
import { ValidQuery } from '../http/dto-parameters.js';
import { UuidPipe } from '../http/uuid.pipe.js';

/** Lets administrators find actions and read what became of them. */
@ApiTags('actions')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/actions')
export class ActionsAdminController {
  constructor(
    private readonly actions: ActionList,
    private readonly details: ActionDetails,
  ) {}

  @Get()
  @SharedAnswer()
  @ApiOperation({ summary: 'Lists actions, the newest first; a page looks at 50,000 of them at most' })
  @ApiQuery({ type: ListActionsQuery })
  @ApiOkResponse({ type: ActionPage })
  @Refusals({ 422: 'The search would take too long: narrow it' })
  list(@ValidQuery(ListActionsQuery) query: ListActionsQuery): Promise<ActionPage> {
    return this.actions.page(query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Shows one action: history, steps, deliveries, attempts, and what to do' })
  @ApiParam({ name: 'id', format: 'uuid', description: 'The requestId' })
  @ApiOkResponse({ type: ActionDetail })
  get(@Param('id', UuidPipe) id: string): Promise<ActionDetail> {
    return this.details.get(id);
  }
}
