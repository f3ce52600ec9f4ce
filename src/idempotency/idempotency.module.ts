import { Global, Module } from '@nestjs/common';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { IdempotentRequestsRepository } from './idempotent-requests.repository.js';

const PROVIDERS = [IdempotentRequestsRepository, IdempotencyInterceptor];

/** Creates that may be sent again. Global: they are routes of many features, and the audit notes them. */
@Global()
@Module({ providers: PROVIDERS, exports: PROVIDERS })
export class IdempotencyModule {}
