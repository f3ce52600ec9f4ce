import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { credentialInAuthorization } from './caller-credentials.js';
import type { CallerRequest } from './caller-scheme.js';
import { hashOf } from './issued-secrets.js';

/** Parameter decorator: who acts, as the first 8 hex digits of the SHA-256 of the admin key; fit for the audit. */
export const AdminActor = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const presented = credentialInAuthorization(context.switchToHttp().getRequest<CallerRequest>(), 'Bearer');
  return presented.kind === 'present' ? fingerprintOf(presented.value) : 'unknown';
});

/** The first 8 hex digits of a key's SHA-256: tells keys apart, opens nothing. */
export function fingerprintOf(key: string): string {
  return hashOf(key).toString('hex').slice(0, 8);
}
