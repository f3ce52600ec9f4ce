import { Injectable } from '@nestjs/common';

const PREFIX = '/services/';

/**
 * Knows the services whose routes stand below a name of their dialect, although they are called at `/services/<name>`
 * itself: one set of routes serves both addresses. A stage says which these are, again after each reload.
 */
@Injectable()
export class ServicePaths {
  private belowName = '';
  private isBelow = /^$/;
  private services: ReadonlySet<string> = new Set();

  /** Requests to `/services/<one of them>/…` are served by the routes at `/services/:apiName/<belowName>/…`. */
  move(services: ReadonlySet<string>, belowName: string): void {
    this.services = services;
    this.belowName = belowName;
    this.isBelow = new RegExp(`^/${belowName}(?=[/?#]|$)`);
  }

  /** The request target as the routes have it. */
  toServed(target: string): string {
    if (this.services.size === 0 || !target.startsWith(PREFIX)) return target;
    const end = target.indexOf('/', PREFIX.length);
    if (end < 0) return target;
    const name = target.slice(PREFIX.length, end);
    if (!this.services.has(decode(name))) return target;
    const rest = target.slice(end);
    return this.isBelow.test(rest) ? target : `${PREFIX}${name}/${this.belowName}${rest}`;
  }
}

function decode(name: string): string {
  if (!name.includes('%')) return name;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
