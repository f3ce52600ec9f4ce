// One keep-alive connection of the load: a request at a time over a plain socket. An HTTP client library would take
// several times the CPU, and what the load takes is missing from whoever is measured on the same two cores.
import { connect } from 'node:net';

const HEAD_END = '\r\n\r\n';
const LENGTH = /content-length: *(\d+)/i;
const CHUNKED = /transfer-encoding: *chunked/i;

/** Calls `answered(status)` once per request sent, with status 0 when the connection broke. */
export class LoadConnection {
  /** @param bodyLength of every request: they are all as long */
  constructor({ port, path, headers, bodyLength }, answered) {
    const lines = Object.entries({ host: `127.0.0.1:${port}`, 'content-type': 'application/json', ...headers });
    this.head =
      `POST ${path} HTTP/1.1\r\n` +
      lines.map(([name, value]) => `${name}: ${value}\r\n`).join('') +
      `content-length: ${bodyLength}\r\n\r\n`;
    this.port = port;
    this.answered = answered;
    this.busy = false;
    this.text = '';
  }

  get broken() {
    return this.socket.destroyed;
  }

  open() {
    return new Promise((resolve, reject) => {
      this.socket = connect({ port: this.port, host: '127.0.0.1', noDelay: true });
      this.socket.once('connect', resolve);
      this.socket.once('error', reject);
      this.socket.on('data', (chunk) => this.read(chunk));
      this.socket.on('close', () => this.end(0));
    });
  }

  /** @param {string} body of one byte per character */
  send(body) {
    this.busy = true;
    this.text = '';
    this.socket.write(this.head + body, 'latin1');
  }

  close() {
    this.socket.removeAllListeners('close');
    this.socket.destroy();
  }

  read(chunk) {
    this.text += chunk.latin1Slice();
    const headEnd = this.text.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.text.slice(0, headEnd);
    const length = LENGTH.exec(head);
    if (length !== null) {
      if (this.text.length < headEnd + HEAD_END.length + Number(length[1])) return;
    } else if (CHUNKED.test(head) && !this.text.endsWith('0\r\n\r\n')) {
      return;
    }
    this.end(Number(this.text.slice(9, 12)));
  }

  end(status) {
    if (!this.busy) return;
    this.busy = false;
    this.answered(status);
  }
}
