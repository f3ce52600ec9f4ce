import type { OpenAPIObject } from '@nestjs/swagger';
import { TAGGED } from './edit.decorator.js';

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;
const ETAG = { description: 'For If-Match of an edit', schema: { type: 'string' as const, example: '"kN4hF9xW2c0b"' } };

/** Gives the answers of marked operations their `ETag`. */
export function documentTags(document: OpenAPIObject): void {
  for (const item of Object.values(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method] as (NonNullable<typeof item.get> & { [TAGGED]?: boolean }) | undefined;
      if (operation?.[TAGGED] === undefined) continue;
      delete operation[TAGGED];
      for (const [status, response] of Object.entries(operation.responses)) {
        if (!status.startsWith('2') || response === undefined || '$ref' in response) continue;
        response.headers = { ...response.headers, ETag: ETAG };
      }
    }
  }
}
