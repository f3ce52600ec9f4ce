import { type DynamicModule, Module } from '@nestjs/common';
import type { Role } from '../config/config.js';
import { AdminKeysController } from './admin-keys.controller.js';
import { AdminKeys } from './admin-keys.js';
import { AdminSessionController } from './admin-session.controller.js';

/** The routes on keys and sessions of administrators; the guard that asks for either is of the security module. */
@Module({})
export class AdminKeysModule {
  static register(role: Role): DynamicModule {
    if (role === 'worker') return { module: AdminKeysModule };
    return {
      module: AdminKeysModule,
      controllers: [AdminKeysController, AdminSessionController],
      providers: [AdminKeys],
    };
  }
}
