import { Injectable } from '@nestjs/common';
import type { ActionFinisher } from './action-finisher.js';
import type { ActionRequestReader } from './action-input.js';

/** The dialects' readers of stored requests; intake registers its own at boot. */
@Injectable()
export class ActionRequestReaders {
  private readonly readers = new Map<string, ActionRequestReader>();

  register(reader: ActionRequestReader): void {
    if (this.readers.has(reader.dialect)) throw new Error(`two request readers for dialect ${reader.dialect}`);
    this.readers.set(reader.dialect, reader);
  }

  get(dialect: string): ActionRequestReader {
    const reader = this.readers.get(dialect);
    if (reader === undefined) throw new Error(`no request reader for dialect ${dialect}`);
    return reader;
  }
}

/** The dialects' finishers; callbacks/ registers its own at boot. */
@Injectable()
export class ActionFinishers {
  private readonly finishers = new Map<string, ActionFinisher>();
  private readonly extensions: ((inner: ActionFinisher) => ActionFinisher)[] = [];

  register(finisher: ActionFinisher): void {
    if (this.finishers.has(finisher.dialect)) throw new Error(`two finishers for dialect ${finisher.dialect}`);
    this.finishers.set(
      finisher.dialect,
      this.extensions.reduce((inner, extend) => extend(inner), finisher),
    );
  }

  /** Puts something around every finisher, in the same transaction, in any order of registration. Call it at boot. */
  extend(extension: (inner: ActionFinisher) => ActionFinisher): void {
    this.extensions.push(extension);
    for (const [dialect, finisher] of this.finishers) this.finishers.set(dialect, extension(finisher));
  }

  get(dialect: string): ActionFinisher {
    const finisher = this.finishers.get(dialect);
    if (finisher === undefined) throw new Error(`no finisher for dialect ${dialect}`);
    return finisher;
  }
}
