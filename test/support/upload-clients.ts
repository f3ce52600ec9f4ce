import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { Agent, request as undiciRequest } from 'undici';

const CHUNK = 64 * 1024;

/** A request whose body is `bytes` long and says nothing. */
export interface Upload {
  readonly port: number;
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly bytes: number;
  /** Sent in chunks, without a length. */
  readonly chunked?: boolean;
}

/** Sends an upload. @returns the status the client read. @throws what the client throws: a reset, a broken pipe. */
export type UploadClient = (upload: Upload) => Promise<number>;

/** Each way of sending that a caller may have, from the most patient to the most literal. */
export const UPLOAD_CLIENTS: Readonly<Record<string, UploadClient>> = {
  'a socket that sends everything before it reads': (upload) => overSocket(upload, false),
  'a socket that reads while it sends': (upload) => overSocket(upload, true),
  'node:http': overHttp,
  undici: overUndici,
};

/** Sends bytes as they are. @returns everything the server said until it closed. */
export async function talkRaw(port: number, head: string, bytes: number, readsEarly = false): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const failed = new Promise<never>((_resolve, reject) => socket.once('error', reject));
  failed.catch(() => undefined);
  let answer = '';
  const ended = new Promise<void>((resolve) => socket.once('end', resolve));
  const read = (): void => void socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
  if (readsEarly) read();
  try {
    await Promise.race([sendAll(socket, head, bytes), failed]);
    if (!readsEarly) read();
    await Promise.race([ended, failed]);
    return answer;
  } finally {
    socket.destroy();
  }
}

async function sendAll(socket: Socket, head: string, bytes: number): Promise<void> {
  await write(socket, Buffer.from(head, 'latin1'));
  for (const part of partsOf(bytes)) await write(socket, part);
}

function write(socket: Socket, part: Buffer): Promise<void> {
  return new Promise((resolve, reject) => socket.write(part, (error) => (error ? reject(error) : resolve())));
}

async function overSocket(upload: Upload, readsEarly: boolean): Promise<number> {
  const lines = Object.entries({ host: `127.0.0.1:${upload.port}`, ...headersOf(upload) });
  const head = [`${upload.method ?? 'POST'} ${upload.path} HTTP/1.1`, ...lines.map(([k, v]) => `${k}: ${v}`)];
  const socket = connect(upload.port, '127.0.0.1');
  const failed = new Promise<never>((_resolve, reject) => socket.once('error', reject));
  failed.catch(() => undefined);
  const status = (): Promise<number> =>
    new Promise((resolve, reject) => {
      let text = '';
      socket.on('data', (chunk: Buffer) => {
        text += chunk.toString('latin1');
        const found = /^HTTP\/1\.1 (\d{3}) [^]*?\r\n\r\n/.exec(text.replace(/^HTTP\/1\.1 100 [^]*?\r\n\r\n/, ''));
        if (found !== null) resolve(Number(found[1]));
      });
      socket.once('close', () => reject(new Error(`closed after "${text.slice(0, 40)}"`)));
    });
  try {
    const early = readsEarly ? status() : null;
    early?.catch(() => undefined);
    await Promise.race([sendHttpBody(socket, `${head.join('\r\n')}\r\n\r\n`, upload), failed]);
    return await Promise.race([early ?? status(), failed]);
  } finally {
    socket.destroy();
  }
}

async function sendHttpBody(socket: Socket, head: string, { bytes, chunked }: Upload): Promise<void> {
  if (chunked !== true) return sendAll(socket, head, bytes);
  await write(socket, Buffer.from(head, 'latin1'));
  for (const part of partsOf(bytes)) {
    await write(socket, Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')]));
  }
  return write(socket, Buffer.from('0\r\n\r\n'));
}

function overHttp(upload: Upload): Promise<number> {
  const { port, path, method = 'POST' } = upload;
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, method, headers: headersOf(upload), agent: false as const };
    const request = httpRequest(options, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
      response.once('error', reject);
    });
    request.once('error', reject);
    Readable.from(partsOf(upload.bytes)).pipe(request);
  });
}

async function overUndici(upload: Upload): Promise<number> {
  const { port, path, method = 'POST', bytes, chunked } = upload;
  const dispatcher = new Agent();
  try {
    const answer = await undiciRequest(`http://127.0.0.1:${port}${path}`, {
      method: method as 'POST',
      // The framing is its own affair.
      headers: { 'content-type': 'application/json', ...upload.headers },
      body: chunked === true ? Readable.from(partsOf(bytes)) : Buffer.concat([...partsOf(bytes)]),
      dispatcher,
    });
    await answer.body.dump();
    return answer.statusCode;
  } finally {
    await dispatcher.destroy();
  }
}

function headersOf({ headers, bytes, chunked }: Upload): Record<string, string> {
  const framing: Record<string, string> =
    chunked === true ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(bytes) };
  return { 'content-type': 'application/json', ...framing, ...headers };
}

function* partsOf(bytes: number): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= CHUNK) yield Buffer.alloc(Math.min(left, CHUNK), 0x20);
}
