import { type DynamicModule, Global, Module, type OnModuleInit } from '@nestjs/common';
import { ActionFinishers, ActionRequestReaders } from '../actions/action-registries.js';
import type { Role } from '../config/config.js';
import { ChannelRegistry } from '../delivery/channel-registry.js';
import { AnyCasePaths } from '../http/any-case-paths.js';
import { ErrorDialects } from '../http/error-dialects.js';
import { AsyncCallChannel } from './async-call.channel.js';
import { AsyncCallFinisher } from './async-call-finisher.js';
import { ENTRY_CONTROLLERS, ENTRY_PROVIDERS, registerEntryDialects, registerEntryPaths } from './async-entry.js';
import { CallEndings } from './call-endings.js';
import { CallOwners } from './call-owners.js';
import { CallOwnersRepository } from './call-owners.repository.js';
import { CallRequestReader } from './call-request.reader.js';
import { CallStarter } from './call-starter.js';
import { CallsRepository } from './calls.repository.js';
import { AsyncClientsRepository } from './clients/async-clients.repository.js';
import { Conversations } from './conversations.js';
import { ConversationsRepository } from './conversations.repository.js';
import { ResultBell } from './result-bell.js';
import { ResultsRepository } from './results.repository.js';
import { StoredAsyncCalls } from './stored-async-calls.js';
import { StoredResultFinder } from './retrieve/stored-result-finder.js';

/**
 * Marketing-Cloud-style asynchronous calls. A worker reads, runs, ends and tells of them; only the entry is for those who
 * serve the API. Global, for recovery, which starts forgotten calls.
 */
@Global()
@Module({
  providers: [
    StoredAsyncCalls,
    StoredResultFinder,
    AsyncCallChannel,
    AsyncClientsRepository,
    AsyncCallFinisher,
    CallEndings,
    CallOwners,
    CallOwnersRepository,
    CallRequestReader,
    CallStarter,
    CallsRepository,
    Conversations,
    ConversationsRepository,
    ResultBell,
    ResultsRepository,
  ],
  exports: [StoredAsyncCalls, StoredResultFinder, CallStarter, Conversations],
})
export class AsyncCallsModule implements OnModuleInit {
  static register(role: Role): DynamicModule {
    if (role === 'worker') return { module: AsyncCallsModule };
    return {
      module: AsyncCallsModule,
      controllers: ENTRY_CONTROLLERS,
      providers: [...ENTRY_PROVIDERS],
    };
  }

  constructor(
    private readonly readers: ActionRequestReaders,
    private readonly finishers: ActionFinishers,
    private readonly channels: ChannelRegistry,
    private readonly reader: CallRequestReader,
    private readonly finisher: AsyncCallFinisher,
    private readonly channel: AsyncCallChannel,
    private readonly dialects: ErrorDialects,
    private readonly paths: AnyCasePaths,
  ) {}

  onModuleInit(): void {
    this.readers.register(this.reader);
    this.finishers.register(this.finisher);
    this.channels.register(this.channel);
    registerEntryDialects(this.dialects);
    registerEntryPaths(this.paths);
  }
}
