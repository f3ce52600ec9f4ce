import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { faultFor, type FaultRates } from '../faults.js';
import type { SimulatedBatch } from './marketo-batch.js';
import { checkMarketoCallback, type CheckedBatch } from './marketo-callback-checker.js';
import type { MarketoServiceContract } from './marketo-service.js';

/** Where one batch stands. Times are `performance.now()` milliseconds. */
export interface BatchEntry {
  readonly batch: SimulatedBatch;
  acknowledgedAtMs: number | null;
  calledBackAtMs: number | null;
  /** Why the service did not take it. */
  refusal: string | null;
  checked: CheckedBatch | null;
  duplicates: number;
  /** The bytes of its first callback: a repetition must have the same. */
  text: string | null;
  violations: string[];
}

/** Plays Marketo's callback address on loopback and keeps the books of a run. A token is for one callback. */
export class MarketoEndpoint {
  readonly entries = new Map<string, BatchEntry>();
  faults = 0;
  private readonly server: Server;
  private readonly attempts = new Map<string, number>();

  constructor(
    private readonly service: () => MarketoServiceContract,
    private readonly rates: FaultRates,
    private readonly seed: string,
  ) {
    this.server = createServer((request, response) => {
      this.receive(request, response).catch((error: unknown) => {
        process.stderr.write(`simulator: ${error instanceof Error ? error.message : String(error)}\n`);
        response.destroy();
      });
    });
    this.server.keepAliveTimeout = 60_000;
  }

  /** @returns its address. @throws when the port is taken; 0 takes a free one. */
  async listen(port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', () => resolve());
    });
    const address = this.server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  /** Called before the batch is sent: a callback may overtake the acknowledgement. */
  expect(batch: SimulatedBatch): BatchEntry {
    const entry: BatchEntry = {
      batch,
      acknowledgedAtMs: null,
      calledBackAtMs: null,
      refusal: null,
      checked: null,
      duplicates: 0,
      text: null,
      violations: [],
    };
    this.entries.set(batch.path, entry);
    return entry;
  }

  /** Batches that nothing more is awaited for. */
  get settled(): number {
    return [...this.entries.values()].filter(
      ({ calledBackAtMs, refusal }) => calledBackAtMs !== null || refusal !== null,
    ).length;
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/';
    const body = await text(request);
    const entry = this.entries.get(path);
    if (entry === undefined || request.method !== 'POST') {
      answer(response, 404, { errors: [{ code: '610' }] });
      return;
    }
    if (this.misbehave(path, request, response)) return;
    const headers: Record<string, string | undefined> = {};
    for (const [name, value] of Object.entries(request.headers))
      headers[name] = Array.isArray(value) ? value[0] : value;
    const checked = checkMarketoCallback({ headers, text: body }, entry.batch, this.service());
    if (entry.calledBackAtMs !== null) {
      entry.duplicates += 1;
      if (entry.text !== body) entry.violations.push('a repeated callback has other bytes');
    } else {
      entry.calledBackAtMs = performance.now();
      entry.checked = checked;
      entry.text = body;
    }
    entry.violations.push(...checked.violations);
    const errors = checked.violations.map((message) => ({ code: '1003', message }));
    if (errors.length === 0) answer(response, 200, { success: true });
    else answer(response, 405, { success: false, errors });
  }

  /** @returns whether the request met a fault, and is done with. */
  private misbehave(path: string, request: IncomingMessage, response: ServerResponse): boolean {
    const attempt = (this.attempts.get(path) ?? 0) + 1;
    this.attempts.set(path, attempt);
    const fault = faultFor(this.rates, this.seed, path.split('/').at(-1) ?? '', attempt);
    // There are no access tokens here, and slowness is the other dialect's.
    if (fault === null || fault === 'slow' || fault === '401') return false;
    this.faults += 1;
    if (fault === 'drop') request.socket.destroy();
    else if (fault === '429') answer(response, 429, { message: 'simulated' }, '1');
    else answer(response, 503, { message: 'simulated' });
    return true;
  }
}

function answer(response: ServerResponse, status: number, body: object, retryAfter?: string): void {
  const headers = {
    'content-type': 'application/json',
    ...(retryAfter !== undefined && { 'retry-after': retryAfter }),
  };
  response.writeHead(status, headers);
  response.end(JSON.stringify(body));
}
