import type { OpenAPIObject } from '@nestjs/swagger';
import { TAGGED } from './edit.decorator.js';

type Tagged = NonNullable<OpenAPIObject['paths'][string]['get']> & { readonly [TAGGED]?: boolean };

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;
const ETAG = { description: 'For If-Match of an edit', schema: { type: 'string' as const, example: '"kN4hF9xW2c0b"' } };

/** Gives the answers of marked operations their `ETag`. */
export function documentTags(document: OpenAPIObject): void {
  for (const item of Object.values(document.paths)) {
    for (const method of METHODS) {
      const operation: Tagged | undefined = item[method];
      if (operation?.[TAGGED] === undefined) continue;
      Reflect.deleteProperty(operation, TAGGED);
      for (const [status, response] of Object.entries(operation.responses)) {
        if (!status.startsWith('2') || response === undefined || '$ref' in response) continue;
        response.headers = { ...response.headers, ETag: ETAG };
      }
    }
  }
}
