import { randomUUID } from 'node:crypto';
import { request } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { call, TEST_KEY } from './support/app.js';
import { TestCompany } from './support/company-world.js';
import { MarketoFolder, marketoBatch, marketoLead, SCORING } from './support/marketo-world.js';
import { OtlpReceiver, type ReceivedSpan } from './support/otlp-receiver.js';
import { leadRequest } from './support/requests.js';
import type { ServiceProcess } from './support/service-process.js';
import { SoapClient, subscriber, textIn } from './support/soap-client.js';
import { TwoHalves } from './support/two-halves.js';

const CALLER_TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER_SPAN = '00f067aa0ba902b7';
const COLLECTOR_KEY = 'collector-key-canary-0001';
const PATIENT = { timeout: 180_000 };

let halves: TwoHalves;
let collector: OtlpReceiver;

beforeAll(async () => {
  halves = await TwoHalves.open();
  collector = await OtlpReceiver.start();
});
afterEach(async () => {
  await halves.stop();
  collector.forget();
});
afterAll(async () => {
  await collector.stop();
  await halves.close();
});

/** An api and a worker that tell the collector of their spans at once. */
function start(env: Record<string, string> = {}): Promise<ServiceProcess[]> {
  return halves.startBoth({
    LOG_LEVEL: 'log',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_HEADERS: `x-collector-key=${COLLECTOR_KEY}`,
    OTEL_BSP_SCHEDULE_DELAY: '50',
    ...env,
  });
}

const traceOf = (requestId: unknown): string => String(requestId).replaceAll('-', '');

/** Submits a lead. @returns its request id, once its callback was taken. */
async function submit(api: ServiceProcess, extra: Record<string, string> = {}, path?: string): Promise<string> {
  const callback = `/callback/${randomUUID()}?key=callback-canary`;
  const body = leadRequest({
    callbackUrl: halves.adobe.url + (path ?? callback),
    token: `token-canary-${randomUUID()}`,
    leadData: { email: 'email-canary@example.com', firstName: 'Firstname-canary', phone: '+44 20 7946 0018' },
  });
  const answer = await call('POST', `${api.url}/submitAsyncAction`, { 'x-api-key': TEST_KEY, ...extra }, body);
  expect(answer.status).toBe(200);
  const id = answer.body['requestId'] as string;
  await halves.records.untilState([id], 'completed', 60_000);
  return id;
}

function linesOf(service: ServiceProcess): Record<string, unknown>[] {
  return service.output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const named = (spans: readonly ReceivedSpan[], name: string): ReceivedSpan[] =>
  spans.filter((span) => span.name === name);
const only = (spans: readonly ReceivedSpan[], name: string): ReceivedSpan => {
  const found = named(spans, name);
  expect(found).toHaveLength(1);
  return found[0] as ReceivedSpan;
};

describe('a request, its steps and its callback', () => {
  it('are one trace across processes, whose id is the request id, and hold nothing of a person', PATIENT, async () => {
    const [api, worker] = await start({ OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test' });
    if (api === undefined || worker === undefined) throw new Error('both are there');
    halves.adobe.answer = (_, count) => (count === 1 ? { status: 503 } : undefined);
    const id = await submit(api, { traceparent: `00-${CALLER_TRACE}-${CALLER_SPAN}-01` });
    const traceId = traceOf(id);
    await collector.until(() => named(collector.of(traceId), 'POST adobe').length === 2);
    await collector.until(() => named(collector.of(traceId), 'enrich contact-quality').length === 1);
    await collector.until(() => named(collector.of(traceId), 'POST /submitAsyncAction').length === 1);
    const spans = collector.of(traceId);

    const root = only(spans, 'POST /submitAsyncAction');
    expect(root).toMatchObject({ spanId: traceId.slice(-16), parentSpanId: '', kind: 2, status: 0 });
    expect(root.links).toEqual([{ traceId: CALLER_TRACE, spanId: CALLER_SPAN }]);
    expect(root.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.route': '/submitAsyncAction',
      'http.response.status_code': 200,
      'ricochet.service': 'contact-quality',
      'ricochet.request_id': id,
      'ricochet.duplicate': false,
    });
    expect(root.resource).toMatchObject({
      'service.name': 'ricochet',
      'ricochet.role': 'api',
      'deployment.environment.name': 'test',
    });

    const pipeline = only(spans, 'enrich contact-quality');
    expect(pipeline).toMatchObject({ parentSpanId: root.spanId, kind: 1 });
    expect(pipeline.attributes).toMatchObject({ 'ricochet.outcome': 'success' });
    expect(pipeline.resource).toMatchObject({ 'ricochet.role': 'worker' });
    const steps = spans.filter(({ name }) => name.startsWith('step '));
    expect(steps.map(({ name }) => name)).toEqual(
      ['email', 'country', 'phone', 'name', 'job-title', 'consistency', 'score'].map((step) => `step ${step}`),
    );
    for (const step of steps) {
      expect(step).toMatchObject({ parentSpanId: pipeline.spanId, kind: 1 });
      expect(step.attributes['ricochet.outcome']).toBe('ok');
      expect(step.startNano >= pipeline.startNano && step.endNano <= pipeline.endNano).toBe(true);
    }

    const attempts = named(spans, 'POST adobe');
    expect(attempts.map((attempt) => attempt.attributes['http.response.status_code'])).toEqual([503, 200]);
    expect(attempts.map((attempt) => attempt.attributes['ricochet.delivery'])).toEqual(['pending', 'delivered']);
    expect(attempts.map((attempt) => attempt.attributes['http.request.resend_count'])).toEqual([undefined, 1]);
    expect(attempts.map(({ status }) => status)).toEqual([2, 0]);
    for (const attempt of attempts) {
      expect(attempt).toMatchObject({ parentSpanId: root.spanId, kind: 3 });
      expect(attempt.attributes).toMatchObject({
        'server.address': '127.0.0.1',
        'url.scheme': 'http',
        'ricochet.channel': 'adobe',
      });
    }
    // Every span belongs to another one of the trace: it is whole.
    const ids = new Set(spans.map(({ spanId }) => spanId));
    expect(ids.size).toBe(spans.length);
    expect(spans.filter(({ parentSpanId }) => parentSpanId !== '' && !ids.has(parentSpanId))).toEqual([]);

    // Neither the receiver nor the collector gets more than it should.
    expect(halves.adobe.callbacks.every(({ headers }) => headers['traceparent'] === undefined)).toBe(true);
    expect(collector.exports.every(({ headers }) => headers['x-collector-key'] === COLLECTOR_KEY)).toBe(true);
    expect(collector.text).not.toMatch(/canary/i);
    expect(collector.text).not.toContain(TEST_KEY);

    const accepted = linesOf(api).find(({ message }) => message === 'accepted');
    expect(accepted).toMatchObject({ requestId: id, trace_id: traceId, span_id: root.spanId });
    const told = await vi.waitFor(
      () => {
        const found = linesOf(worker).filter(({ message }) => message === 'attempt');
        expect(found).toHaveLength(2);
        return found;
      },
      { timeout: 30_000 },
    );
    expect(told.map(({ trace_id: trace }) => trace)).toEqual([traceId, traceId]);
    expect(told.map(({ span_id: span }) => span)).toEqual(attempts.map(({ spanId }) => spanId));
    expect(api.output + worker.output).not.toContain(COLLECTOR_KEY);
  });

  it('are one trace also when the request comes twice, and a refused one has its own', PATIENT, async () => {
    const [api] = await start();
    if (api === undefined) throw new Error('it is there');
    const body = leadRequest({ callbackUrl: `${halves.adobe.url}/callback/${randomUUID()}` });
    const first = await api.submit(body);
    const second = await api.submit(body);
    expect(second.body['requestId']).toBe(first.body['requestId']);
    const traceId = traceOf(first.body['requestId']);
    await collector.until(() => named(collector.of(traceId), 'POST /submitAsyncAction').length === 2);
    const both = named(collector.of(traceId), 'POST /submitAsyncAction');
    const root = both.find(({ parentSpanId }) => parentSpanId === '');
    const again = both.find(({ parentSpanId }) => parentSpanId !== '');
    expect(again).toMatchObject({ parentSpanId: root?.spanId });
    expect(again?.attributes['ricochet.duplicate']).toBe(true);

    const refused = await api.submit(leadRequest({ callbackUrl: 'not an address' }));
    expect(refused.status).toBe(400);
    const isRefused = ({ attributes }: ReceivedSpan): boolean => attributes['http.response.status_code'] === 400;
    await collector.until(() => collector.spans.some(isRefused));
    const span = collector.spans.find(isRefused);
    expect(span).toMatchObject({ parentSpanId: '', kind: 2, status: 0 });
    expect(span?.traceId).not.toBe(traceId);
  });
});

it('tells a company of the trace where its registration asks for it, and no other', PATIENT, async () => {
  const [api] = await start();
  if (api === undefined) throw new Error('it is there');
  const company = await TestCompany.create(api, `co-${randomUUID().slice(0, 8)}`);
  const paths = { person_added: `/hook/${randomUUID()}`, person_updated: `/hook/${randomUUID()}` };
  const destination = (path: string): object => ({ url: halves.adobe.url + path });
  const asked = await company.register({
    event_type: 'person_added',
    destination: destination(paths.person_added),
    traceparent: true,
  });
  expect([asked.status, asked.body['traceparent']]).toEqual([201, true]);
  const plain = await company.register({
    event_type: 'person_updated',
    destination: destination(paths.person_updated),
  });
  expect([plain.status, plain.body['traceparent']]).toEqual([201, undefined]);
  for (const eventType of ['person_added', 'person_updated']) {
    expect((await company.test({ event_type: eventType })).status).toBe(201);
  }
  await halves.adobe.until(() => Object.values(paths).every((path) => halves.adobe.of(path).length === 1), 60_000);
  expect(halves.adobe.of(paths.person_updated)[0]?.headers['traceparent']).toBeUndefined();
  const told = halves.adobe.of(paths.person_added)[0]?.headers['traceparent'];
  const [, traceId = '', spanId = ''] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-01$/.exec(String(told)) ?? [];
  await collector.until(() => collector.of(traceId).length === 1);
  expect(collector.of(traceId)[0]).toMatchObject({ name: 'POST companies', spanId, parentSpanId: '', kind: 3 });
});

it('has a batch of Marketo as one trace, its steps as sums', PATIENT, async () => {
  const folder = new MarketoFolder({ 'scoring.yaml': SCORING });
  try {
    const [api] = await start(folder.env);
    if (api === undefined) throw new Error('it is there');
    const leads = [marketoLead({ id: 1 }), marketoLead({ id: 2, fields: { do: 'throw' } })];
    const batch = marketoBatch(`${halves.adobe.url}/callback/${randomUUID()}`, leads);
    const taken = await api.submit(batch, '/services/scoring/marketo/submitAsyncAction');
    expect(taken.status).toBe(201);
    const id = taken.body['requestId'] as string;
    await halves.records.untilState([id], 'completed', 60_000);
    await collector.until(() => collector.of(traceOf(id)).length === 3);
    const spans = collector.of(traceOf(id));
    const root = only(spans, 'POST /services/:apiName/marketo/submitAsyncAction');
    expect(root).toMatchObject({ spanId: traceOf(id).slice(-16), parentSpanId: '', kind: 2 });
    expect(root.attributes).toMatchObject({
      'http.response.status_code': 201,
      'url.path': '/services/scoring/marketo/submitAsyncAction',
    });
    const pipeline = only(spans, 'enrich scoring');
    expect(pipeline.parentSpanId).toBe(root.spanId);
    const [step, ...others] = pipeline.events;
    expect([step?.name, others]).toEqual(['step scripted', []]);
    expect(step?.attributes).toMatchObject({ 'ricochet.outcome': 'ok', 'ricochet.failed_subjects': 1 });
    expect(only(spans, 'POST marketo').parentSpanId).toBe(root.spanId);
  } finally {
    await halves.stop();
    folder.remove();
  }
});

it('begins the trace of an asynchronous call where it becomes an action', PATIENT, async () => {
  const [api] = await start();
  if (api === undefined) throw new Error('it is there');
  const client = await SoapClient.create(api.url, 'traced');
  const answer = await client.create('<RequestType>Asynchronous</RequestType>', subscriber('email-canary@example.com'));
  const callId = textIn(answer.text, 'RequestID');
  const isStart = ({ name }: ReceivedSpan): boolean => name === 'start asynchronous call';
  await collector.until(() => collector.spans.some(isStart));
  const root = collector.spans.find(isStart);
  expect(root).toMatchObject({ parentSpanId: '', kind: 1 });
  expect(root?.attributes['ricochet.call_id']).toBe(callId);
  const belongs = (span: ReceivedSpan): boolean =>
    span.name.startsWith('enrich ') && span.traceId === root?.traceId && span.parentSpanId === root.spanId;
  await collector.until(() => collector.spans.some(belongs));
  expect(collector.text).not.toMatch(/canary/i);
});

describe('sampling', () => {
  it('of nothing exports nothing and marks no line', PATIENT, async () => {
    const processes = await start({ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' });
    const [api] = processes;
    if (api === undefined) throw new Error('it is there');
    // The caller's own decision is not ours.
    await submit(api, { traceparent: `00-${CALLER_TRACE}-${CALLER_SPAN}-01` });
    await halves.stop();
    expect(collector.exports).toEqual([]);
    expect(processes.map(({ output }) => output).join('')).not.toContain('trace_id');
  });

  it('of a part takes whole traces: each process decides alike', PATIENT, async () => {
    const [api] = await start({ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.5' });
    if (api === undefined) throw new Error('it is there');
    const ids: string[] = [];
    // With forty, all or none are sampled once in 500 thousand million runs.
    for (let count = 0; count < 40; count += 1) ids.push(await submit(api));
    await halves.stop();
    const sizes = ids.map((id) => collector.of(traceOf(id)).length);
    // The request, the pipeline, seven steps, one attempt.
    expect(new Set(sizes)).toEqual(new Set([0, 10]));
  });
});

describe('a collector', () => {
  it('gets protobuf by default, also on its way out', PATIENT, async () => {
    const [api] = await start({ OTEL_EXPORTER_OTLP_PROTOCOL: '', OTEL_BSP_SCHEDULE_DELAY: '60000' });
    if (api === undefined) throw new Error('it is there');
    const id = await submit(api);
    expect(collector.exports).toEqual([]);
    await halves.stop();
    expect(collector.exports.map(({ path }) => path)).toEqual(['/v1/traces', '/v1/traces']);
    expect(new Set(collector.exports.map(({ headers }) => headers['content-type']))).toEqual(
      new Set(['application/x-protobuf']),
    );
    const bytes = Buffer.from(traceOf(id), 'hex');
    expect(collector.exports.every(({ body }) => body.includes(bytes))).toBe(true);
  });

  it.each([
    ['that never answers', null, 'Request timed out|Error|Timeout'],
    ['that refuses', 401, 'it answered 401'],
  ])('%s costs spans and one line, nothing else', PATIENT, async (_, answer, reason) => {
    collector.answer = answer;
    const processes = await start({
      OTEL_EXPORTER_OTLP_TIMEOUT: '200',
      OTEL_BSP_MAX_QUEUE_SIZE: '16',
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '8',
    });
    const [api, worker] = processes;
    if (api === undefined || worker === undefined) throw new Error('both are there');
    for (let count = 0; count < 20; count += 1) await submit(api);
    await vi.waitFor(
      async () => {
        const text = await (await request(`${worker.url}/metrics`)).body.text();
        const lost = /ricochet_spans_total\{result="failed"\} (\d+)/.exec(text)?.[1] ?? '0';
        expect(Number(lost)).toBeGreaterThan(8);
      },
      { timeout: 60_000, interval: 100 },
    );
    for (const { output } of processes) {
      const told = output.split('\n').filter((line) => line.includes('does not take spans'));
      expect(told).toHaveLength(1);
      expect(told[0]).toMatch(new RegExp(reason));
      expect(output).not.toContain(COLLECTOR_KEY);
    }
    // They still end well, and soon: `halves.stop` checks the exit code.
  });
});
