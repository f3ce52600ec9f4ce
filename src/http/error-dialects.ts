import { Injectable } from '@nestjs/common';
import type { ErrorBody, ErrorRenderer } from './error-renderer.js';
import { PROBLEM_DETAILS, renderProblemDetails } from './problem-details.js';
import { renderUnionError, UNION_ERROR } from './union-error.js';

interface Dialect {
  readonly prefix: string;
  /** Of a prefix with segments that may be any. */
  readonly pattern: RegExp | null;
  readonly render: ErrorRenderer;
  readonly body: ErrorBody;
}

/**
 * Knows which dialect a path speaks, so that unknown routes and malformed requests are answered in it too.
 * Stages register their prefix in `onModuleInit`; the longest prefix wins, the union body is everybody else's.
 */
@Injectable()
export class ErrorDialects {
  private readonly dialects: Dialect[] = [];

  constructor() {
    this.register('/admin', renderProblemDetails, PROBLEM_DETAILS);
  }

  /** @param prefix e.g. `/companies`: that path and everything below it, in any case; `*` is any one segment. */
  register(prefix: string, render: ErrorRenderer, body: ErrorBody): void {
    const lower = prefix.toLowerCase();
    const pattern = lower.includes('*') ? new RegExp(`^${lower.replaceAll('*', '[^/]+')}(?:/|$)`) : null;
    this.dialects.push({ prefix: lower, pattern, render, body });
    this.dialects.sort((a, b) => b.prefix.length - a.prefix.length);
  }

  rendererOf(path: string): ErrorRenderer {
    return this.find(path)?.render ?? renderUnionError;
  }

  /** @param path as the API document writes it, too. */
  bodyOf(path: string): ErrorBody {
    return this.find(path)?.body ?? UNION_ERROR;
  }

  private find(path: string): Dialect | undefined {
    const lower = path.toLowerCase();
    return this.dialects.find(({ prefix, pattern }) =>
      pattern === null ? lower === prefix || lower.startsWith(`${prefix}/`) : pattern.test(lower),
    );
  }
}
