import { type DynamicModule, Module, type OnModuleInit } from '@nestjs/common';
import type { Role } from '../../config/config.js';
import { ChannelRegistry } from '../../delivery/channel-registry.js';
import { ErrorDialects } from '../../http/error-dialects.js';
import { CompaniesAdminController } from './companies-admin.controller.js';
import { CompaniesRepository } from './companies.repository.js';
import { CompanyAccounts } from './company-accounts.js';
import { CompanyCallbackReader } from './company-callback.reader.js';
import { CompanyCallbacks } from './company-callbacks.js';
import { CompanyCallbacksAdmin } from './company-callbacks-admin.js';
import { CompanyCallbacksAdminController } from './company-callbacks-admin.controller.js';
import { CompanyCallbacksController } from './company-callbacks.controller.js';
import { CompanyCallbacksRepository } from './company-callbacks.repository.js';
import { CompanyDirectory } from './company-directory.js';
import { COMPANY_ERROR, renderCompanyError } from './company-error.js';
import { CompanyEvents } from './company-events.js';
import { CompanyEventsController } from './company-events.controller.js';
import { CompanyEventsRepository } from './company-events.repository.js';
import { CompanyPublishing } from './company-publishing.js';
import { CompanyRateLimit } from './company-rate-limit.js';
import { CompanySigning } from './company-signing.js';
import { CompanyTestEvents } from './company-test-events.js';
import { CompanyChannel } from './company.channel.js';
import { CompanyGuard } from './company.guard.js';

/** Callbacks companies register: their API, what administrators do about it, and the channel. A worker serves no route. */
@Module({
  providers: [
    CompaniesRepository,
    CompanyCallbacksRepository,
    CompanyEventsRepository,
    CompanyAccounts,
    CompanyRateLimit,
    CompanyGuard,
    CompanyCallbackReader,
    CompanyCallbacks,
    CompanyCallbacksAdmin,
    CompanyEvents,
    CompanyTestEvents,
    CompanyPublishing,
    CompanySigning,
    CompanyChannel,
    CompanyDirectory,
  ],
  exports: [CompaniesRepository, CompanyEvents],
})
export class CompaniesModule implements OnModuleInit {
  static register(role: Role): DynamicModule {
    const controllers = [
      CompanyCallbacksController,
      CompanyCallbacksAdminController,
      CompanyEventsController,
      CompaniesAdminController,
    ];
    return { module: CompaniesModule, controllers: role === 'worker' ? [] : controllers };
  }

  constructor(
    private readonly channels: ChannelRegistry,
    private readonly channel: CompanyChannel,
    private readonly dialects: ErrorDialects,
  ) {}

  onModuleInit(): void {
    this.channels.register(this.channel);
    this.dialects.register('/companies', renderCompanyError, COMPANY_ERROR);
  }
}
