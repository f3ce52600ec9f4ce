import { Injectable } from '@nestjs/common';
import { CallStarter } from '../async-calls/call-starter.js';
import { Conversations } from '../async-calls/conversations.js';

/** Starts asynchronous calls that are due or that lost their starter, and ends conversations that lost a part. */
@Injectable()
export class AsyncCallSweeper {
  constructor(
    private readonly starter: CallStarter,
    private readonly conversations: Conversations,
  ) {}

  /** @returns whether there may be more to do at once. */
  async sweep(): Promise<boolean> {
    const failed = await this.conversations.failOverdue();
    const started = await this.starter.startDue();
    return failed || started;
  }
}
