import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { AppConfig } from '../config/config.js';
import { CallerGuard } from '../security/caller.guard.js';

/** Asks for credentials unless PUBLIC_SERVICE_DEFINITION lets everybody read service definitions. */
@Injectable()
export class ServiceDefinitionGuard implements CanActivate {
  constructor(
    private readonly config: AppConfig,
    private readonly callers: CallerGuard,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    return this.config.inbound.publicServiceDefinition || this.callers.canActivate(context);
  }
}
