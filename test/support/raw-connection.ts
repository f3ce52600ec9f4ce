import { connect as connectSocket } from 'node:net';
import { once } from 'node:events';

/** A socket that collects what it is told. */
export interface RawConnection {
  write(text: string): void;
  /** Everything that has arrived, as soon as it fits. @throws when the other side ends before. */
  until(pattern: RegExp): Promise<string>;
  destroy(): void;
}

export async function connect(port: number): Promise<RawConnection> {
  const socket = connectSocket(port, '127.0.0.1');
  await once(socket, 'connect');
  let text = '';
  let wake = (): void => undefined;
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1');
    wake();
  });
  socket.on('error', () => wake());
  socket.on('close', () => wake());
  return {
    write: (part) => void socket.write(part),
    until: async (pattern) => {
      while (!pattern.test(text)) {
        if (socket.destroyed) throw new Error(`the connection ended after: ${text}`);
        await new Promise<void>((resolve) => (wake = resolve));
      }
      return text;
    },
    destroy: () => void socket.destroy(),
  };
}
