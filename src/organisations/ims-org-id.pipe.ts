import { Injectable, type PipeTransform } from '@nestjs/common';
import { RequestError } from '../http/request-error.js';

/** The id is sent to Adobe as the value of a header; Adobe's have 33 characters. */
const IMS_ORG_ID = /^[\x21-\x2b\x2d-\x7e]{1,255}$/;
const RULE = 'must be 1 to 255 printable ASCII characters without spaces and commas';

/** Lets ids of IMS organisations in a path through; anything else is a 400 before Postgres is asked. */
@Injectable()
export class ImsOrgIdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (IMS_ORG_ID.test(value)) return value;
    throw new RequestError(400, 'INVALID_REQUEST', `The organisation in the path ${RULE}`, {
      details: [{ field: 'imsOrgId', message: RULE }],
    });
  }
}
