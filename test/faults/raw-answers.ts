import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Recorded } from './endpoint-cases.js';
import type { Behaviour } from './faulty-endpoint.js';

/** An answer in raw bytes, and what has to be made of it. */
export interface RawAnswer {
  readonly name: string;
  /** Packets, written one after the other with a pause between. */
  readonly packets: readonly (string | Buffer)[];
  /** What happens after the last packet; default: the connection stays open. */
  readonly then?: 'end' | 'reset';
  /** Status and class of the attempt that gets it, read as the Adobe channel reads it. */
  readonly recorded: Recorded;
  /** Milliseconds that Retry-After asked for. */
  readonly retryAfterMs?: number;
  /** Decided by the end of a time limit only. */
  readonly stalls?: true;
}

const PACKET_GAP_MS = 15;

const EMPTY = 'content-length: 0\r\n\r\n';
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
const OK: Recorded = [200, null];
const PROTOCOL: Recorded = [null, 'protocol'];
const GONE: Recorded = [410, 'client_error'];

/** Header lines of about so many bytes, as a CDN with a long policy and many cookies writes them. */
function headers(bytes: number): string {
  const line = `x-filler: ${'f'.repeat(1_000)}\r\n`;
  return line.repeat(Math.ceil(bytes / line.length));
}

function answer(statusLine: string, rest = EMPTY): string {
  return `HTTP/1.1 ${statusLine}\r\n${rest}`;
}

const INFORMATIONAL: readonly RawAnswer[] = [
  { name: '100 before it, in one packet', packets: [CONTINUE + answer('200 OK')], recorded: OK },
  { name: '100 twice before it, in one packet', packets: [CONTINUE + CONTINUE + answer('200 OK')], recorded: OK },
  { name: '100 in a packet of its own', packets: [CONTINUE, answer('201 Created')], recorded: [201, null] },
  { name: '100 twice, each in its own packet', packets: [CONTINUE, CONTINUE, answer('410 Gone')], recorded: GONE },
  {
    name: '100 cut anywhere',
    packets: ['HT', 'TP/1.1 10', '0', ' Continue\r', '\n\r', '\nHTTP/1.1', ' 410', ' Gone\r\n', EMPTY],
    recorded: GONE,
  },
  {
    name: '102 and 103 with headers',
    packets: [`HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${answer('202 Accepted')}`],
    recorded: [202, null],
  },
  { name: '100 without a reason, lines of LF', packets: [`HTTP/1.1 100\n\n${answer('200 OK')}`], recorded: OK },
  { name: '100 of HTTP/1.0', packets: [`HTTP/1.0 100 Continue\r\n\r\n${answer('200 OK')}`], recorded: OK },
  {
    name: '199, which nobody defined',
    packets: [`HTTP/1.1 199 Odd\r\n\r\n${answer('503 Busy')}`],
    recorded: [503, 'server_error'],
  },
  { name: '100 and an empty line too many', packets: [`${CONTINUE}\r\n`, answer('200 OK')], recorded: OK },
  { name: '100 after it', packets: [answer('200 OK') + CONTINUE], recorded: OK },
  { name: '100 and then the end', packets: [CONTINUE], then: 'end', recorded: [null, 'reset'] },
  { name: '100 and then silence', packets: [CONTINUE], recorded: [null, 'timeout'], stalls: true },
  { name: '100 for ever', packets: [CONTINUE.repeat(4_000)], recorded: PROTOCOL },
  {
    name: '101',
    packets: [answer('101 Switching Protocols', 'upgrade: x\r\nconnection: upgrade\r\n\r\n')],
    recorded: PROTOCOL,
  },
  { name: '101 without a word of what to', packets: [answer('101 Switching Protocols', '\r\n')], recorded: PROTOCOL },
  { name: '101 after 100', packets: [CONTINUE, answer('101 Switching Protocols', '\r\n')], recorded: PROTOCOL },
];

const HEADS: readonly RawAnswer[] = [
  { name: '20 kB of headers, 200', packets: [answer('200 OK', headers(20_000) + EMPTY)], recorded: OK },
  { name: '20 kB of headers, 202', packets: [answer('202 Accepted', headers(20_000) + EMPTY)], recorded: [202, null] },
  { name: '20 kB of headers, 410', packets: [answer('410 Gone', headers(20_000) + EMPTY)], recorded: GONE },
  {
    name: '60 kB of headers with Retry-After last',
    packets: [answer('503 Busy', `${headers(60_000)}retry-after: 2\r\n${EMPTY}`)],
    recorded: [503, 'server_error'],
    retryAfterMs: 2_000,
  },
  { name: '70 kB of headers, 200', packets: [answer('200 OK', headers(70_000) + EMPTY)], recorded: OK },
  { name: '70 kB of headers, 410', packets: [answer('410 Gone', headers(70_000) + EMPTY)], recorded: GONE },
  { name: '70 kB of one header', packets: [answer('200 OK', `x: ${'y'.repeat(70_000)}\r\n${EMPTY}`)], recorded: OK },
  {
    name: '1 MB of headers after 100',
    packets: [CONTINUE, answer('503 Busy', headers(1_000_000) + EMPTY)],
    recorded: [503, 'server_error'],
  },
  {
    name: '40 cookies',
    packets: [answer('200 OK', `${'set-cookie: a=b; path=/\r\n'.repeat(40)}${EMPTY}`)],
    recorded: OK,
  },
  {
    name: 'a folded header',
    packets: [answer('200 OK', `x-long: one\r\n two\r\n\tthree\r\n${EMPTY}`)],
    recorded: OK,
  },
  {
    name: 'a folded header in packets of its own',
    packets: ['HTTP/1.1 410 Gone\r\nx-long: one\r', '\n', ' two\r\n', EMPTY],
    recorded: GONE,
  },
  {
    name: 'a folded Retry-After',
    packets: [answer('503 Busy', `retry-after:\r\n 2\r\n${EMPTY}`)],
    recorded: [503, 'server_error'],
    retryAfterMs: 2_000,
  },
  { name: 'a fold after the status line', packets: [answer('200 OK', ` x: y\r\n${EMPTY}`)], recorded: PROTOCOL },
  {
    name: 'a header in as many packets as it has letters',
    packets: [...Array.from(answer('410 Gone').slice(0, 20)), answer('410 Gone').slice(20)],
    recorded: GONE,
  },
  {
    name: 'Retry-After twice',
    packets: [answer('503 Busy', `retry-after: 1\r\nretry-after: 2\r\n${EMPTY}`)],
    recorded: [503, 'server_error'],
    retryAfterMs: 2_000,
  },
  {
    name: 'Retry-After three times, the largest first, one of them garbage',
    packets: [answer('429 Slow', `Retry-After: 2\r\nretry-after: soon\r\nRETRY-AFTER: 1\r\n${EMPTY}`)],
    recorded: [429, 'throttled'],
    retryAfterMs: 2_000,
  },
  {
    name: '200 with Retry-After twice',
    packets: [answer('200 OK', `retry-after: 1\r\nretry-after: 2\r\n${EMPTY}`)],
    recorded: OK,
    retryAfterMs: 2_000,
  },
  {
    name: 'every kept header twice',
    packets: [
      answer(
        '500 No',
        `${'content-type: text/plain\r\nserver: a\r\ndate: x\r\nx-request-id: 1\r\ncf-ray: 2\r\nvia: 3\r\n'.repeat(2)}${EMPTY}`,
      ),
    ],
    recorded: [500, 'server_error'],
  },
  {
    name: 'two equal Content-Length',
    packets: [answer('200 OK', `content-length: 2\r\ncontent-length: 2\r\n\r\n{}`)],
    recorded: PROTOCOL,
  },
  {
    name: 'two unequal Content-Length',
    packets: [answer('200 OK', `content-length: 2\r\ncontent-length: 3\r\n\r\n{}`)],
    recorded: PROTOCOL,
  },
  {
    name: 'Content-Length 2, 2 in one line',
    packets: [answer('200 OK', `content-length: 2, 2\r\n\r\n{}`)],
    recorded: PROTOCOL,
  },
  {
    name: 'Content-Length that is no number',
    packets: [answer('200 OK', `content-length: x\r\n\r\n`)],
    recorded: PROTOCOL,
  },
  {
    name: 'Content-Length beside chunks',
    packets: [answer('200 OK', `content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`)],
    recorded: PROTOCOL,
  },
  { name: 'a NUL in a header', packets: [answer('500 No', `server: a\0b\r\n${EMPTY}`)], recorded: PROTOCOL },
  {
    name: 'bytes that are no ASCII in a header and the reason',
    packets: [Buffer.from(answer('500 Größe', `x-request-id: \xff\xfe\x80\r\n${EMPTY}`), 'latin1')],
    recorded: [500, 'server_error'],
  },
  { name: 'a header without a colon', packets: [answer('200 OK', `nonsense\r\n${EMPTY}`)], recorded: PROTOCOL },
  {
    name: 'an offer to upgrade, as Apache makes it',
    packets: [answer('200 OK', `upgrade: h2,h2c\r\nconnection: Upgrade, Keep-Alive\r\n${EMPTY}`)],
    recorded: OK,
  },
  { name: 'an end within the headers', packets: ['HTTP/1.1 200 OK\r\nserver: x\r\n'], then: 'end', recorded: OK },
  {
    name: 'a reset within the headers',
    packets: ['HTTP/1.1 410 Gone\r\nserver: x\r\n'],
    then: 'reset',
    recorded: GONE,
  },
  { name: 'silence within the headers', packets: ['HTTP/1.1 200 OK\r\nserver: x\r\n'], recorded: OK, stalls: true },
];

const STATUS_LINES: readonly RawAnswer[] = [
  { name: '299', packets: [answer('299 Odd')], recorded: [299, null] },
  { name: '600', packets: [answer('600 Odd')], recorded: [600, 'server_error'] },
  { name: '999', packets: [answer('999 Odd')], recorded: [999, 'server_error'] },
  { name: '099', packets: [answer('099 Odd')], recorded: PROTOCOL },
  { name: '000', packets: [answer('000 Odd')], recorded: PROTOCOL },
  { name: 'a status of four digits', packets: [answer('2000 OK')], recorded: PROTOCOL },
  { name: 'a status of two digits', packets: [answer('20 OK')], recorded: PROTOCOL },
  { name: 'no reason', packets: ['HTTP/1.1 200 \r\n' + EMPTY], recorded: OK },
  { name: 'no reason, and no space for one', packets: ['HTTP/1.1 200\r\n' + EMPTY], recorded: OK },
  { name: 'HTTP/1.0', packets: ['HTTP/1.0 200 OK\r\n\r\n{}'], then: 'end', recorded: OK },
  { name: 'HTTP/2.0 in letters', packets: ['HTTP/2.0 200 OK\r\n' + EMPTY], recorded: OK },
  { name: 'HTTP/3.7', packets: ['HTTP/3.7 200 OK\r\n' + EMPTY], recorded: PROTOCOL },
  { name: 'http in small letters', packets: ['http/1.1 200 OK\r\n' + EMPTY], recorded: PROTOCOL },
  { name: 'an empty line first', packets: ['\r\n' + answer('200 OK')], recorded: OK },
  { name: 'lines of LF alone', packets: ['HTTP/1.1 200 OK\ncontent-length: 2\n\n{}'], recorded: OK },
  {
    name: 'lines of LF among others',
    packets: ['HTTP/1.1 410 Gone\r\nserver: x\ncontent-length: 2\r\n\n{}'],
    recorded: GONE,
  },
  { name: 'half a status line', packets: ['HTTP/1.1 20'], then: 'end', recorded: [null, 'reset'] },
  { name: 'a status line without its end', packets: ['HTTP/1.1 200 O'], then: 'end', recorded: [null, 'reset'] },
  { name: 'nothing', packets: [], then: 'end', recorded: [null, 'reset'] },
  { name: 'garbage', packets: ['garbage\r\n\r\n'], recorded: PROTOCOL },
  { name: 'the banner of another protocol', packets: ['220 mail.example.com ESMTP\r\n'], recorded: PROTOCOL },
  { name: 'a page without a head', packets: ['<html>200 OK</html>'], then: 'end', recorded: PROTOCOL },
  { name: 'a request', packets: ['GET / HTTP/1.1\r\nhost: x\r\n\r\n'], recorded: PROTOCOL },
];

const BODIES: readonly RawAnswer[] = [
  { name: 'no length, ended by the connection', packets: [answer('200 OK', '\r\n{}')], then: 'end', recorded: OK },
  {
    name: 'no length, 500, ended by the connection',
    packets: [answer('500 No', '\r\noh')],
    then: 'end',
    recorded: [500, 'server_error'],
  },
  {
    name: 'trailers',
    packets: [answer('200 OK', 'transfer-encoding: chunked\r\ntrailer: x\r\n\r\n2\r\n{}\r\n0\r\nx: y\r\n\r\n')],
    recorded: OK,
  },
  {
    name: 'extensions of chunks',
    packets: [answer('200 OK', 'transfer-encoding: chunked\r\n\r\n2;a=b;c="d"\r\n{}\r\n0;e\r\n\r\n')],
    recorded: OK,
  },
  { name: 'a bad chunk', packets: [answer('200 OK', 'transfer-encoding: chunked\r\n\r\nzz\r\n{}')], recorded: OK },
  {
    name: 'a bad chunk of a 503',
    packets: [answer('503 Busy', 'transfer-encoding: chunked\r\n\r\nzz\r\n{}')],
    recorded: [503, 'server_error'],
  },
  {
    name: 'an encoding nobody knows',
    packets: [answer('200 OK', 'transfer-encoding: magic\r\n\r\n{}')],
    then: 'end',
    recorded: OK,
  },
  {
    name: '204 with a body',
    packets: [answer('204 No Content', 'content-length: 2\r\n\r\n{}')],
    recorded: [204, null],
  },
  {
    name: '304 with a length',
    packets: [answer('304 Not Modified', 'content-length: 10\r\n\r\n')],
    recorded: [304, 'redirect'],
  },
  {
    name: 'a body shorter than its length',
    packets: [answer('200 OK', 'content-length: 10\r\n\r\n{}')],
    then: 'end',
    recorded: OK,
  },
  { name: 'a body longer than its length', packets: [answer('200 OK', 'content-length: 2\r\n\r\n{}{}')], recorded: OK },
  { name: 'two answers at once', packets: [answer('200 OK') + answer('500 No')], recorded: OK },
  {
    name: 'a body that looks like 100',
    packets: [answer('500 No', 'content-length: 12\r\n\r\nHTTP/1.1 100')],
    recorded: [500, 'server_error'],
  },
  {
    name: 'compressed garbage',
    packets: [answer('500 No', 'content-encoding: gzip\r\ncontent-length: 2\r\n\r\n{}')],
    recorded: [500, 'server_error'],
  },
];

/** Answers as receivers, proxies and things that are neither really write them. */
export const RAW_ANSWERS: readonly RawAnswer[] = Object.freeze([
  ...INFORMATIONAL,
  ...HEADS,
  ...STATUS_LINES,
  ...BODIES,
]);

/** Writes the answer, packet by packet. */
export function sayingRaw({ packets, then }: Pick<RawAnswer, 'packets' | 'then'>): Behaviour {
  return async ({ socket, write }) => {
    socket.setNoDelay(true);
    for (const [index, packet] of packets.entries()) {
      if (index > 0) await sleep(PACKET_GAP_MS);
      if (!(await write(packet))) return;
    }
    if (then === undefined) return;
    // A reset throws away what the other side has not read yet.
    await sleep(PACKET_GAP_MS * 4);
    if (then === 'end') socket.end();
    else resetOf(socket);
  };
}

/** A socket under TLS cannot be reset: it is destroyed, which the other side sees as an end without a farewell. */
function resetOf(socket: Socket & { readonly encrypted?: boolean }): void {
  if (socket.encrypted === true) socket.destroy();
  else socket.resetAndDestroy();
}
