import { Injectable } from '@nestjs/common';
import type { ErrorRenderer } from './error-renderer.js';
import { renderProblemDetails } from './problem-details.js';
import { renderUnionError } from './union-error.js';

/**
 * Knows which dialect a path speaks, so that unknown routes and malformed requests are answered in it too.
 * Stages register their prefix in `onModuleInit`; the longest prefix wins, the union body is everybody else's.
 */
@Injectable()
export class ErrorDialects {
  private readonly renderers: { readonly prefix: string; readonly render: ErrorRenderer }[] = [];

  constructor() {
    this.register('/admin', renderProblemDetails);
  }

  /** @param prefix e.g. `/companies`: that path and everything below it, in any case. */
  register(prefix: string, render: ErrorRenderer): void {
    this.renderers.push({ prefix: prefix.toLowerCase(), render });
    this.renderers.sort((a, b) => b.prefix.length - a.prefix.length);
  }

  rendererOf(path: string): ErrorRenderer {
    const lower = path.toLowerCase();
    const found = this.renderers.find(({ prefix }) => lower === prefix || lower.startsWith(`${prefix}/`));
    return found?.render ?? renderUnionError;
  }
}
