import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { Role } from '../config/config.js';
import { EventsController } from './events.controller.js';
import { LiveEvents } from './live-events.js';
import { LivePeers } from './live-peers.js';
import { SharedAnswerInterceptor } from './shared-answer.interceptor.js';
import { StreamCredentials } from './stream-credentials.js';
import { WatchersRepository } from './watchers.repository.js';

/**
 * Events of what changes, for consoles. A worker has no streams, and tells its changes to the processes that do. Global:
 * views of many features are asked for again by events.
 */
@Global()
@Module({
  providers: [LiveEvents, LivePeers, SharedAnswerInterceptor, StreamCredentials, WatchersRepository],
  exports: [LiveEvents, SharedAnswerInterceptor],
})
export class LiveModule {
  static register(role: Role): DynamicModule {
    return { module: LiveModule, controllers: role === 'worker' ? [] : [EventsController] };
  }
}
