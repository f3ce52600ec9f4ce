import { Controller, Get, Param, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { RequestError } from '../../http/request-error.js';
import { EqpPackage, FileUpload } from './eqp-resources.dto.js';
import { EqpSessionGuard, SessionUser } from './eqp-session.guard.js';
import type { EqpSessionUser } from './eqp-sessions.repository.js';
import { EqpStatesRepository, type PackageState } from './eqp-states.repository.js';
import { PLAIN_TEXT } from './eqp-values.js';

/** Lets subscribers read what an event was about, as it was last published to them. */
@ApiTags('eqp')
@ApiBearerAuth('eqpSession')
@UseGuards(EqpSessionGuard)
@Controller('rest/v1')
export class EqpResourcesController {
  constructor(private readonly states: EqpStatesRepository) {}

  @Get('files/uploads/:file_upload_id')
  @ApiOperation({ summary: 'A file, as last published to the user' })
  @ApiParam({ name: 'file_upload_id', example: '2309480238.238475.0' })
  @ApiOkResponse({ type: FileUpload })
  async getUpload(@Param('file_upload_id') id: string, @SessionUser() user: EqpSessionUser): Promise<FileUpload> {
    const state = PLAIN_TEXT.test(id) ? await this.states.findUpload(user.id, id) : null;
    if (state === null) throw notFound('file');
    return {
      file_upload_id: state.fileUploadId,
      malware_status: state.malwareStatus,
      submission_ids: state.submissionIds,
    };
  }

  @Get('products/packages/:submission_id')
  @ApiOperation({ summary: 'A submission, as last published to the user' })
  @ApiParam({ name: 'submission_id', example: 's5w9k703ru' })
  @ApiOkResponse({ type: EqpPackage })
  async getPackage(@Param('submission_id') id: string, @SessionUser() user: EqpSessionUser): Promise<EqpPackage> {
    const state = PLAIN_TEXT.test(id) ? await this.states.findPackage(user.id, id) : null;
    return toPackage(state);
  }

  @Get('products/packages/items/:item_id')
  @ApiOperation({ summary: 'The submission of an item that moved last' })
  @ApiParam({ name: 'item_id', example: 'user_upload_version_1' })
  @ApiOkResponse({ type: EqpPackage })
  async getItem(@Param('item_id') id: string, @SessionUser() user: EqpSessionUser): Promise<EqpPackage> {
    const state = PLAIN_TEXT.test(id) ? await this.states.findItem(user.id, id) : null;
    return toPackage(state);
  }
}

/** @throws RequestError 404 when there is none, or it is another user's. */
function toPackage(state: PackageState | null): EqpPackage {
  if (state === null) throw notFound('package');
  const { submissionId, itemId, overall, technical, marketing, modifiedAt } = state;
  return {
    submission_id: submissionId,
    ...(itemId !== null && { item_id: itemId }),
    eqp_status: { overall, technical, marketing },
    modified_at: modifiedAt,
  };
}

function notFound(what: 'file' | 'package'): RequestError {
  return new RequestError(404, 'RESOURCE_NOT_FOUND', `No such ${what} was published to this user.`);
}
