import { type DynamicModule, Module } from '@nestjs/common';
import type { Role } from '../config/config.js';
import { AdminKeysController } from './admin-keys.controller.js';
import { AdminKeys } from './admin-keys.js';

/** The routes on keys of administrators; the guard that asks for a key is of the security module. */
@Module({})
export class AdminKeysModule {
  static register(role: Role): DynamicModule {
    if (role === 'worker') return { module: AdminKeysModule };
    return { module: AdminKeysModule, controllers: [AdminKeysController], providers: [AdminKeys] };
  }
}
