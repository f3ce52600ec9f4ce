import { Injectable } from '@nestjs/common';
import { TokenBuckets } from '../../http/token-buckets.js';

const REQUESTS_PER_SECOND = 100;

/** Requests of companies, by their ids: a hundred at once, and a hundred a second after that. */
@Injectable()
export class CompanyRateLimit extends TokenBuckets {
  constructor() {
    super(REQUESTS_PER_SECOND, REQUESTS_PER_SECOND);
  }
}
