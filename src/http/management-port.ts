import { createServer, type Server, Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Routes for operators, by the path they are registered under: no spelling of a request's own gets around it. */
const FOR_OPERATORS = /^\/(?:admin|metrics|docs|docs-json|console)(?:\/|$)/;

/**
 * A second port of the same HTTP server, the only one that leads to the routes for operators: the port of callers can then be
 * published as a whole. Its connections are handed to the server as if they were its own, so limits, error answers and
 * draining are the same.
 */
export class ManagementPort {
  private readonly sockets = new WeakSet<Socket>();
  private readonly listener: Server;

  /** From now on the routes for operators are unknown on every other port. Before routes are registered. */
  constructor(instance: FastifyInstance) {
    this.listener = createServer((socket) => {
      this.sockets.add(socket);
      instance.server.emit('connection', socket);
    });
    instance.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done) => {
      if (this.hides(request)) reply.callNotFound();
      else done();
    });
    instance.addHook('preClose', (done) => {
      this.listener.close(() => undefined);
      done();
    });
  }

  /** @returns the port it listens on. */
  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.listener.once('error', reject);
      this.listener.listen(port, host, () => {
        this.listener.removeListener('error', reject);
        // Broken by something later, it can only be reported by the probes that use it.
        this.listener.on('error', () => undefined);
        const address = this.listener.address();
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  }

  private hides(request: FastifyRequest): boolean {
    const { url } = request.routeOptions;
    if (url === undefined || !FOR_OPERATORS.test(url)) return false;
    const { socket } = request.raw;
    // A request that this process makes to itself came over no port.
    return socket instanceof Socket && !this.sockets.has(socket);
  }
}
