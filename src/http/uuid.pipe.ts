import { Injectable, type PipeTransform } from '@nestjs/common';
import { RequestError } from './request-error.js';

/** The shape of every id we give out, in any case. */
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Lets ids of a path through, in lower case; anything else is a 400 before Postgres is asked. */
@Injectable()
export class UuidPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (UUID.test(value)) return value.toLowerCase();
    throw new RequestError(400, 'INVALID_REQUEST', 'The id in the path must be a UUID', {
      details: [{ field: 'id', message: 'must be a UUID', expected: 'UUID' }],
    });
  }
}
