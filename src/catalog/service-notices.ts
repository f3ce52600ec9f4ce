import { Injectable, Logger } from '@nestjs/common';
import { isDatabaseAway } from '../http/database-away.js';
import type { ServiceDefinition } from './service-definition.js';

/** One thing that the callers of a service are told about its state, without personal data. */
export interface Notice {
  /** `error`: requests fail, or will; `warning`: they may wait. */
  readonly level: 'info' | 'warning' | 'error';
  /** One sentence. */
  readonly text: string;
}

/** Says what there is to say about a service; empty when all is well. */
export type NoticeSource = (definition: ServiceDefinition) => readonly Notice[] | Promise<readonly Notice[]>;

/** Collects what the stages know about the state of a service. Each registers its source in `onModuleInit`. */
@Injectable()
export class ServiceNotices {
  private readonly log = new Logger('Catalog');
  private readonly sources: NoticeSource[] = [];

  register(source: NoticeSource): void {
    this.sources.push(source);
  }

  /** In the order of registration. A source that cannot say is a notice itself: no news is not good news. */
  async of(definition: ServiceDefinition): Promise<readonly Notice[]> {
    const told = await Promise.all(this.sources.map((source) => this.ask(source, definition)));
    return told.flat();
  }

  private async ask(source: NoticeSource, definition: ServiceDefinition): Promise<readonly Notice[]> {
    try {
      return await source(definition);
    } catch (error) {
      if (isDatabaseAway(error))
        return [{ level: 'error', text: 'The database does not answer: requests are refused.' }];
      this.log.error(`a part of the state of ${definition.apiName} is not known: ${(error as Error).message}`);
      return [{ level: 'warning', text: 'A part of the state of the service is not known at the moment.' }];
    }
  }
}

/** The body of `/status` in every dialect. `status` alone is read by some callers, the lists by others. */
export interface ServiceStatus {
  readonly status: 'healthy' | 'degraded';
  readonly timestamp: string;
  readonly info: readonly string[];
  readonly warnings: readonly string[];
  readonly errors: readonly string[];
}

/** Notices as callers read them, each once. */
export function toStatus(notices: readonly Notice[], now: Date): ServiceStatus {
  const textsOf = (level: Notice['level']): string[] => [
    ...new Set(notices.filter((notice) => notice.level === level).map(({ text }) => text)),
  ];
  const errors = textsOf('error');
  return {
    status: errors.length === 0 ? 'healthy' : 'degraded',
    timestamp: now.toISOString(),
    info: textsOf('info'),
    warnings: textsOf('warning'),
    errors,
  };
}
