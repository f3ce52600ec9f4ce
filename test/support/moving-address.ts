import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** An address that leads to another server after a failover, as a DNS name does. */
export interface MovingAddress {
  readonly port: number;
  /** For new connections; those that are there stay where they are. */
  moveTo(port: number): void;
  stop(): Promise<void>;
}

/** Listens on a free loopback port and forwards to `port`. */
export async function startMovingAddress(port: number): Promise<MovingAddress> {
  const sockets = new Set<Socket>();
  let target = port;
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    moveTo: (next) => (target = next),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
