import { Client, type buildConnector, type Dispatcher } from 'undici';
import { AnswerHead, HEADERS_MAX_BYTES, readThrough } from '../../../http/answer-head.js';
import type { StepExchange } from './step-exchange.js';

/** One connection of a step: informational answers (1xx) are taken out before undici, which ends a connection for one. */
class StepConnection extends Client {
  /** Before the answer that comes next. */
  head: AnswerHead | null = null;

  constructor(origin: string, connect: buildConnector.connector) {
    super(origin, {
      pipelining: 1,
      // A request has one time for everything, which the step keeps.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: HEADERS_MAX_BYTES,
      connect: (target, callback) =>
        connect(target, (...result) => {
          const [error, socket] = result;
          if (error === null) {
            this.head = new AnswerHead();
            readThrough(socket, this.head);
          }
          callback(...result);
        }),
    });
  }
}

/**
 * The connections to one origin: as many as there are requests at once, and the one that became free last is used next. A
 * pool of undici looks at every connection for each request, which took a tenth of the time of five hundred.
 */
export class StepConnections {
  private readonly all = new Set<StepConnection>();
  private readonly free: StepConnection[] = [];

  constructor(
    private readonly origin: string,
    private readonly connect: buildConnector.connector,
  ) {}

  dispatch(options: Dispatcher.DispatchOptions, exchange: StepExchange): void {
    const connection = this.free.pop() ?? this.add();
    exchange.begin(connection, () => this.free.push(connection));
    connection.dispatch(options, exchange);
  }

  /** Each connection goes once the request on it has ended. */
  close(): void {
    for (const connection of this.all) void connection.close();
  }

  async destroy(): Promise<void> {
    await Promise.all([...this.all].map((connection) => connection.destroy()));
  }

  private add(): StepConnection {
    const connection = new StepConnection(this.origin, this.connect);
    this.all.add(connection);
    return connection;
  }
}
