import { Controller, Get, Param, Put, Query, Req, UseGuards } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Refusals } from '../../http/refusals.decorator.js';
import { readJsonObject } from '../../http/json-body.js';
import { RequestError } from '../../http/request-error.js';
import { EqpProfile } from './eqp-profile.js';
import { Profile, ProfileSummary, ProfileUpdate } from './eqp-profile.dto.js';
import { EqpSessionGuard, SessionUser } from './eqp-session.guard.js';
import type { EqpSessionUser } from './eqp-sessions.repository.js';

/** Lets users read and change their own profile, and register where they want to be called back. */
@ApiTags('eqp')
@ApiBearerAuth('eqpSession')
@ApiExtraModels(ProfileSummary, Profile)
@Refusals({ 403: "Another user's profile" })
@UseGuards(EqpSessionGuard)
@Controller('rest/v1/users')
export class EqpProfileController {
  constructor(private readonly profile: EqpProfile) {}

  @Get(':mage_id')
  @ApiOperation({ summary: "Shows the user's own profile with its callbacks, never a password" })
  @ApiParam({ name: 'mage_id', example: 'MAG123456789' })
  @ApiQuery({ name: 'style', required: false, enum: ['summary'], description: 'Only the head of the profile' })
  @ApiOkResponse({ schema: { anyOf: [{ $ref: getSchemaPath(Profile) }, { $ref: getSchemaPath(ProfileSummary) }] } })
  get(
    @Param('mage_id') mageId: string,
    @Query('style') style: unknown,
    @SessionUser() user: EqpSessionUser,
  ): Promise<Profile | ProfileSummary> {
    assertOwn(user, mageId);
    return style === 'summary' ? this.profile.summary(user) : this.profile.get(user);
  }

  @Put(':mage_id')
  @ApiOperation({ summary: 'Changes the fields it names; api_callbacks replaces the whole list' })
  @ApiParam({ name: 'mage_id', example: 'MAG123456789' })
  @ApiBody({ type: ProfileUpdate })
  @ApiOkResponse({ type: Profile })
  update(
    @Param('mage_id') mageId: string,
    @Req() request: FastifyRequest,
    @SessionUser() user: EqpSessionUser,
  ): Promise<Profile> {
    assertOwn(user, mageId);
    return this.profile.update(user, readJsonObject(request));
  }
}

/** The same answer whether the other one exists or not. */
function assertOwn(user: EqpSessionUser, mageId: string): void {
  if (user.mageId === mageId) return;
  throw new RequestError(403, 'FORBIDDEN', "This is not the session's own user: use the mage_id it was opened with.");
}
