import { type DynamicModule, Module, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import type { Role } from '../config/config.js';
import { ChannelRegistry } from '../delivery/channel-registry.js';
import { SweepLoop } from '../sweeps/sweep-loop.js';
import { SweepLoops } from '../sweeps/sweep-loops.js';
import { NoticeCausesRepository } from './notice-causes.repository.js';
import { NoticeChannel } from './notice.channel.js';
import { NoticeDeliveries } from './notice-deliveries.js';
import { NoticeTroubles } from './notice-troubles.repository.js';
import { NoticeVault } from './notice-vault.js';
import { NoticesAdmin } from './notices-admin.js';
import { NoticesController } from './notices.controller.js';
import { NoticesRepository } from './notices.repository.js';
import { NoticesSweeper } from './notices.sweeper.js';

const LOOK_EVERY_MS = 15_000;

/** Messages about the service to people. A worker serves no route of it, and looks and sends all the same. */
@Module({
  providers: [
    NoticeCausesRepository,
    NoticeChannel,
    NoticeDeliveries,
    NoticeTroubles,
    NoticeVault,
    NoticesRepository,
    NoticesSweeper,
  ],
})
export class NoticesModule implements OnModuleInit, OnApplicationBootstrap {
  static register(role: Role): DynamicModule {
    if (role === 'worker') return { module: NoticesModule };
    return { module: NoticesModule, controllers: [NoticesController], providers: [NoticesAdmin] };
  }

  constructor(
    private readonly channels: ChannelRegistry,
    private readonly channel: NoticeChannel,
    private readonly sweeps: SweepLoops,
    private readonly sweeper: NoticesSweeper,
  ) {}

  onModuleInit(): void {
    this.channels.register(this.channel);
  }

  onApplicationBootstrap(): void {
    const sweep = (): Promise<boolean> => this.sweeper.sweep();
    this.sweeps.run([new SweepLoop({ name: 'Notices', everyMs: LOOK_EVERY_MS, sweep })]);
  }
}
