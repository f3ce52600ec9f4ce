import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

type Value = string | number | boolean | undefined;

/** A span as the collector got it, with the process that sent it. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the root of a trace. */
  readonly parentSpanId: string;
  readonly name: string;
  /** 1 internal, 2 server, 3 client. */
  readonly kind: number;
  /** 0 unset, 2 error. */
  readonly status: number;
  readonly attributes: Readonly<Record<string, Value>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly events: readonly { readonly name: string; readonly attributes: Readonly<Record<string, Value>> }[];
  readonly resource: Readonly<Record<string, Value>>;
  readonly startNano: bigint;
  readonly endNano: bigint;
}

/** An export as it came. */
export interface ReceivedExport {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Attribute {
  readonly key: string;
  readonly value: { stringValue?: string; boolValue?: boolean; intValue?: number | string; doubleValue?: number };
}

interface WrittenSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly status?: { readonly code?: number };
  readonly attributes?: readonly Attribute[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly events?: readonly { readonly name: string; readonly attributes?: readonly Attribute[] }[];
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
}

interface WrittenExport {
  readonly resourceSpans?: readonly {
    readonly resource: { readonly attributes?: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly WrittenSpan[] }[];
  }[];
}

const LOOK_EVERY_MS = 50;

/** A collector on loopback that takes OTLP over HTTP and reads what is written in JSON. */
export class OtlpReceiver {
  readonly exports: ReceivedExport[] = [];
  readonly spans: ReceivedSpan[] = [];
  /** A status to answer with; null: no answer at all. */
  answer: number | null = 200;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<OtlpReceiver> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { url: path = '', headers } = request;
        receiver.take({ path, headers, body: Buffer.concat(chunks) });
        if (receiver.answer === null) return;
        const type = headers['content-type'] ?? 'application/json';
        response.writeHead(receiver.answer, { 'content-type': type }).end(type.includes('json') ? '{}' : '');
      });
    });
    const receiver = new OtlpReceiver(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Everything that came, as one text; its headers are not part of it. */
  get text(): string {
    return this.exports.map(({ body }) => body.toString('latin1')).join('\n');
  }

  of(traceId: string): ReceivedSpan[] {
    return this.spans.filter((span) => span.traceId === traceId);
  }

  /** Resolves once the condition holds. */
  async until(condition: () => boolean, withinMs = 60_000): Promise<void> {
    const giveUpAt = performance.now() + withinMs;
    while (!condition()) {
      if (performance.now() > giveUpAt) {
        throw new Error(`not within ${withinMs} ms: ${condition.toString()}; ${this.spans.length} spans came`);
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  forget(): void {
    this.exports.length = 0;
    this.spans.length = 0;
    this.answer = 200;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private take(received: ReceivedExport): void {
    this.exports.push(received);
    if (received.headers['content-type'] !== 'application/json') return;
    const { resourceSpans = [] } = JSON.parse(received.body.toString('utf8')) as WrittenExport;
    for (const { resource, scopeSpans } of resourceSpans) {
      const facts = recordOf(resource.attributes);
      for (const { spans } of scopeSpans) this.spans.push(...spans.map((span) => toSpan(span, facts)));
    }
  }
}

function toSpan(span: WrittenSpan, resource: ReceivedSpan['resource']): ReceivedSpan {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? '',
    name: span.name,
    kind: span.kind,
    status: span.status?.code ?? 0,
    attributes: recordOf(span.attributes),
    links: (span.links ?? []).map(({ traceId, spanId }) => ({ traceId, spanId })),
    events: (span.events ?? []).map(({ name, attributes }) => ({ name, attributes: recordOf(attributes) })),
    resource,
    startNano: BigInt(span.startTimeUnixNano),
    endNano: BigInt(span.endTimeUnixNano),
  };
}

function recordOf(attributes: readonly Attribute[] = []): Record<string, Value> {
  return Object.fromEntries(
    attributes.map(({ key, value: { stringValue, boolValue, intValue, doubleValue } }) => [
      key,
      stringValue ?? boolValue ?? (intValue === undefined ? doubleValue : Number(intValue)),
    ]),
  );
}
