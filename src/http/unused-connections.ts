import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Connections that have not carried a byte yet, as load balancers and browsers open them in advance. Node takes each for one
 * with a request under way, so a server that closes would wait for it until the caller goes away.
 */
export class UnusedConnections {
  private readonly open = new Set<Socket>();

  watch(server: Server): void {
    server.on('connection', (socket: Socket) => {
      this.open.add(socket);
      socket.once('close', () => this.open.delete(socket));
    });
  }

  /** Ends those of this moment; a caller treats it like the end of any idle connection and opens another one. */
  close(): void {
    for (const socket of this.open) if (socket.bytesRead === 0) socket.destroy();
  }
}
