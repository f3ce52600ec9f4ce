import { Injectable, type PipeTransform } from '@nestjs/common';
import { RequestError } from '../http/request-error.js';
import { TABLE_NAME } from './table-limits.js';

const RULE = 'must be 1 to 64 letters, digits, - or _, beginning with a letter or digit';

/** Lets names of tables through; anything else is a 400 before Postgres is asked. */
@Injectable()
export class TableNamePipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (TABLE_NAME.test(value)) return value;
    throw new RequestError(400, 'INVALID_REQUEST', `The name of the table ${RULE}`, {
      details: [{ field: 'name', message: RULE }],
    });
  }
}

/** Lets numbers of versions through. */
@Injectable()
export class VersionPipe implements PipeTransform<string, number> {
  transform(value: string): number {
    if (/^[1-9]\d{0,8}$/.test(value)) return Number(value);
    throw new RequestError(400, 'INVALID_REQUEST', 'The version in the path must be a whole number', {
      details: [{ field: 'version', message: 'must be a whole number', expected: 'integer' }],
    });
  }
}
