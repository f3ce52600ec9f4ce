// The same connection by undici, for whoever doubts the plain socket: `--client undici`.
import { Client } from 'undici';

/** As {@link LoadConnection}. */
export class UndiciConnection {
  busy = false;

  constructor({ port, path, headers }, answered) {
    this.options = { path, method: 'POST', headers: { 'content-type': 'application/json', ...headers } };
    this.client = new Client(`http://127.0.0.1:${port}`, { pipelining: 1 });
    this.answered = answered;
  }

  /** It connects with its first request. */
  open() {
    return Promise.resolve();
  }

  get broken() {
    return this.client.destroyed;
  }

  send(body) {
    this.client.request({ ...this.options, body }).then(
      async (answer) => {
        await answer.body.dump();
        this.answered(answer.statusCode);
      },
      () => this.answered(0),
    );
  }

  close() {
    void this.client.destroy();
  }
}
