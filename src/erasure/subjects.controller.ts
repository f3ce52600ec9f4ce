import { Controller, Get, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { ValidQuery } from '../http/dto-parameters.js';
import type { Actor } from '../security/admin-actor.js';
import { AdminActor } from '../security/admin-actor.decorator.js';
import { AdminGuard } from '../security/admin.guard.js';
import { SubjectTenants } from './subject-tenants.js';
import { FindSubjectQuery, SubjectPage, SubjectTenantList } from './subjects.dto.js';
import { Subjects } from './subjects.js';

/** Lets administrators see what is held about a person or an account, before and after it is erased. */
@ApiTags('erasure')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/subjects')
export class SubjectsController {
  constructor(
    private readonly subjects: Subjects,
    private readonly tenants: SubjectTenants,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Shows the stored data about a person or an account: ids, states and times, no content' })
  @ApiQuery({ type: FindSubjectQuery })
  @ApiOkResponse({ type: SubjectPage })
  find(@ValidQuery(FindSubjectQuery) query: FindSubjectQuery, @AdminActor() actor: Actor): Promise<SubjectPage> {
    return this.subjects.page(query, actor);
  }

  @Get('tenants')
  @ApiOperation({ summary: 'Lists organisations and clients of which something may be held' })
  @ApiOkResponse({ type: SubjectTenantList })
  listTenants(): Promise<SubjectTenantList> {
    return this.tenants.list();
  }
}
