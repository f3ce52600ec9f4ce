import type { OpenAPIObject } from '@nestjs/swagger';
import { findLeastRole } from '../security/admin-routes.js';

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;

/** Says of each operation under /admin which role it takes, and that a lesser one is refused. */
export function documentRoles(document: OpenAPIObject): void {
  for (const [path, item] of Object.entries(document.paths)) {
    // As the router spells it.
    const pattern = path.replace(/\{(\w+)\}/g, ':$1');
    for (const method of METHODS) {
      const operation = item[method];
      const least = operation === undefined ? null : findLeastRole(method.toUpperCase(), pattern);
      if (operation === undefined || least === null) continue;
      operation.description = [operation.description, `Least role: ${least}.`].filter(Boolean).join('\n\n');
      if (least !== 'viewer') operation.responses['403'] ??= { description: `The key's role is less than ${least}` };
    }
  }
}
