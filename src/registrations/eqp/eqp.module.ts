import { type DynamicModule, Module, type OnModuleInit } from '@nestjs/common';
import type { Role } from '../../config/config.js';
import { ChannelRegistry } from '../../delivery/channel-registry.js';
import { ErrorDialects } from '../../http/error-dialects.js';
import { CallbackPasswords } from './callback-passwords.js';
import { EqpCallbacksAdmin } from './eqp-callbacks-admin.js';
import { EqpCallbacksAdminController } from './eqp-callbacks-admin.controller.js';
import { EqpCallbacksRepository } from './eqp-callbacks.repository.js';
import { EqpChannel } from './eqp.channel.js';
import { EqpDirectory } from './eqp-directory.js';
import { EqpDirectoryRepository } from './eqp-directory.repository.js';
import { EQP_ERROR, renderEqpError } from './eqp-error.js';
import { EqpEventsAdminController } from './eqp-events-admin.controller.js';
import { EqpEventsRepository } from './eqp-events.repository.js';
import { EqpProfile } from './eqp-profile.js';
import { EqpProfileController } from './eqp-profile.controller.js';
import { EqpProfileReader } from './eqp-profile.reader.js';
import { EqpPublisher } from './eqp-publisher.js';
import { EqpResourcesController } from './eqp-resources.controller.js';
import { EqpSessionController } from './eqp-session.controller.js';
import { EqpSessions } from './eqp-sessions.js';
import { EqpSessionsRepository } from './eqp-sessions.repository.js';
import { EqpStatesRepository } from './eqp-states.repository.js';
import { EqpUsers } from './eqp-users.js';
import { EqpUsersAdminController } from './eqp-users-admin.controller.js';
import { EqpUsersRepository } from './eqp-users.repository.js';

const CONTROLLERS = [
  EqpSessionController,
  EqpProfileController,
  EqpResourcesController,
  EqpUsersAdminController,
  EqpEventsAdminController,
  EqpCallbacksAdminController,
];

/** Commerce EQP: its API under /rest/v1, its side of /admin, and its channel. A worker only delivers. */
@Module({
  providers: [
    CallbackPasswords,
    EqpCallbacksRepository,
    EqpCallbacksAdmin,
    EqpChannel,
    EqpDirectory,
    EqpDirectoryRepository,
    EqpEventsRepository,
    EqpProfile,
    EqpProfileReader,
    EqpPublisher,
    EqpSessions,
    EqpSessionsRepository,
    EqpStatesRepository,
    EqpUsers,
    EqpUsersRepository,
  ],
})
export class EqpModule implements OnModuleInit {
  static register(role: Role): DynamicModule {
    return { module: EqpModule, controllers: role === 'worker' ? [] : CONTROLLERS };
  }

  constructor(
    private readonly channels: ChannelRegistry,
    private readonly dialects: ErrorDialects,
    private readonly channel: EqpChannel,
  ) {}

  onModuleInit(): void {
    this.channels.register(this.channel);
    this.dialects.register('/rest/v1', renderEqpError, EQP_ERROR);
  }
}
