import { RequestError } from '../http/request-error.js';

/** The limit of work that holds threads or connections for longer than a request does. */
export interface FewAtOnceOptions {
  readonly most: number;
  /** In the plural, for the refusal: `trials`. */
  readonly what: string;
  readonly retryAfterSeconds: number;
}

/** Lets a few pieces of work run side by side in this process, and refuses the rest: none of them waits. */
export class FewAtOnce {
  private underWay = 0;

  constructor(private readonly options: FewAtOnceOptions) {}

  /** @throws RequestError 429 while as many as may run. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    const { most, what, retryAfterSeconds } = this.options;
    if (this.underWay >= most) {
      const message = `${most} ${what} are under way. Try again when they are done.`;
      throw new RequestError(429, 'RATE_LIMITED', message, { retryAfterSeconds });
    }
    this.underWay += 1;
    try {
      return await work();
    } finally {
      this.underWay -= 1;
    }
  }
}
