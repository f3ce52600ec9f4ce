// A child process that answers messages; whatever ends it early fails the question under way.
import { fork, spawn } from 'node:child_process';

const ANSWER_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 60_000;
const TAIL = 4_000;

/** One process of a bench or a soak: asked by messages, stopped by SIGTERM, its last output kept for whoever asks why. */
export class Child {
  static #alive = new Set();

  /** Ends every one there is, as a crash does. */
  static killAll() {
    for (const { child } of Child.#alive) child.kill('SIGKILL');
  }

  /** Node running one of our own files. */
  static fork(name, file, args = [], options = {}) {
    return new Child(name, fork(file, args, { silent: true, serialization: 'advanced', ...options }));
  }

  /** Node running anything else, with a channel for messages. */
  static node(name, args, { cwd, env }) {
    return new Child(name, spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] }));
  }

  /** Any other program. */
  static program(name, command, args, { cwd, env }) {
    return new Child(name, spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  constructor(name, child) {
    this.name = name;
    this.child = child;
    /** Aborts every wait for an answer. */
    this.signal = undefined;
    this.output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => (this.output = (this.output + chunk).slice(-TAIL)));
    }
    this.exited = new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
    Child.#alive.add(this);
    void this.exited.then((how) => {
      this.ended = how;
      Child.#alive.delete(this);
    });
  }

  get pid() {
    return this.child.pid;
  }

  /** Sends a message and resolves with the answer of that kind. */
  async ask(message, kind, withinMs = ANSWER_WITHIN_MS) {
    const answer = this.next(kind, withinMs);
    // A process that has ended says so through the answer.
    if (this.child.connected) this.child.send(message);
    return answer;
  }

  /** The next message of a kind. @throws when the process ends first, `signal` aborts, or it takes too long. */
  async next(kind, withinMs = ANSWER_WITHIN_MS, signal = this.signal) {
    let [listener, onAbort, timer] = [];
    const answered = new Promise((resolve, reject) => {
      listener = (message) => message.kind === kind && resolve(message);
      onAbort = () => reject(signal.reason);
      timer = setTimeout(
        () => reject(new Error(`the ${this.name} did not answer within ${withinMs / 1000} s`)),
        withinMs,
      );
      void this.exited.then((how) => reject(new Error(`the ${this.name} ended with ${how}\n${this.output}`)));
      this.child.on('message', listener);
      if (signal?.aborted) onAbort();
      signal?.addEventListener('abort', onAbort);
    });
    try {
      return await answered;
    } finally {
      clearTimeout(timer);
      this.child.removeListener('message', listener);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** SIGTERM, and SIGKILL to one that does not listen. */
  async stop() {
    if (this.ended !== undefined) return this.ended;
    this.child.kill(this.signal?.aborted ? 'SIGKILL' : 'SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_WITHIN_MS);
    const how = await this.exited;
    clearTimeout(timer);
    return how;
  }
}

/**
 * In a child: Ctrl-C goes to the whole group, and the parent ends its children in order; without it they end.
 * @param heirless what else to do when the parent was killed
 */
export function endWithParent(heirless = () => undefined) {
  process.on('SIGINT', () => undefined);
  process.on('disconnect', () => {
    heirless();
    process.exit();
  });
}
