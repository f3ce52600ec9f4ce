import { createHash } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { credentialInAuthorization } from '../security/caller-credentials.js';
import type { CallerRequest } from '../security/caller-scheme.js';

/** Parameter decorator: who acts, as the first 8 hex digits of the SHA-256 of the admin key; fit for the audit. */
export const ActingAdmin = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const presented = credentialInAuthorization(context.switchToHttp().getRequest<CallerRequest>(), 'Bearer');
  if (presented.kind !== 'present') return 'unknown';
  return createHash('sha256').update(presented.value, 'utf8').digest('hex').slice(0, 8);
});
