import type { FastifyInstance } from 'fastify';

interface Route {
  readonly methods: readonly string[];
  readonly path: RegExp;
}

/** Which methods a path is served for, so that a wrong one can be told the right ones. */
export class RouteTable {
  private readonly routes: Route[] = [];

  /** Takes note of every route registered from now on. */
  watch(instance: FastifyInstance): void {
    instance.addHook('onRoute', ({ method, url }) => this.add([method].flat(), url));
  }

  add(methods: readonly string[], pattern: string): void {
    // A route for everything says nothing about one path.
    if (pattern === '*' || pattern === '/*') return;
    const source = pattern
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replace(/:[A-Za-z0-9_]+/g, '[^/]+')
      .replace(/\*/g, '.*');
    this.routes.push({ methods, path: new RegExp(`^${source === '/' ? '/' : source.replace(/\/$/, '')}$`) });
  }

  /** Sorted; empty when the path is not served at all. */
  methodsOf(path: string): string[] {
    const methods = this.routes.filter((route) => route.path.test(path)).flatMap((route) => route.methods);
    return [...new Set(methods)].sort();
  }
}
