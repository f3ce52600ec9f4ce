import { Injectable, type PipeTransform } from '@nestjs/common';
import { MAGE_ID } from './eqp-users.dto.js';
import { unknownUser } from './eqp-users.js';

/** Lets a mage_id of a path through; no user has one of another form, so Postgres need not be asked. */
@Injectable()
export class MageIdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (MAGE_ID.test(value)) return value;
    throw unknownUser();
  }
}
