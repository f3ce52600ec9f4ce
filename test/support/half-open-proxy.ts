import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP proxy whose line can go dead without either end hearing of it. */
export interface HalfOpenProxy {
  readonly port: number;
  /** From now on bytes vanish and no connection is closed. */
  goDead(): void;
  /** New connections pass again; dead ones stay dead. */
  revive(): void;
  stop(): Promise<void>;
}

/** Listens on a free loopback port and forwards to `port`. */
export async function startHalfOpenProxy(port: number): Promise<HalfOpenProxy> {
  const sockets = new Set<Socket>();
  let dead = false;
  const server = createServer({ allowHalfOpen: true }, (near) => {
    sockets.add(near);
    near.on('error', () => undefined);
    if (dead) return;
    const far = connect(port, '127.0.0.1');
    sockets.add(far);
    far.on('error', () => near.destroy());
    let cut = false;
    const forward = (to: Socket) => (chunk: Buffer) => {
      cut ||= dead;
      if (!cut) to.write(chunk);
    };
    near.on('data', forward(far));
    far.on('data', forward(near));
    near.on('close', () => far.destroy());
    far.on('close', () => !cut && !dead && near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    goDead: () => (dead = true),
    revive: () => (dead = false),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
