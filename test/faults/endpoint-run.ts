import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EndpointCase, Recorded } from './endpoint-cases.js';
import { FaultyEndpoint, type SeenRequest } from './faulty-endpoint.js';

/** The service under test, as a case needs it. */
export interface CaseService {
  /** Submits an execution request of one minute. @returns its id. */
  submit(callbackUrl: string): Promise<string>;
  sql<Row>(text: string, values: readonly unknown[]): Promise<Row[]>;
  /** Milliseconds that are left to a callback bound to expire once its first attempt is on record; absent: its own minute. */
  readonly leftMs?: number;
  /** Milliseconds a case may take. */
  readonly withinMs: number;
}

/** What came of a case. */
export interface CaseResult {
  readonly id: string;
  /** What is not as it has to be; empty when all is well. */
  readonly problems: readonly string[];
  readonly attempts: number;
}

interface ActionRow {
  readonly state: string;
  readonly deadline_ms: number;
  readonly status: string | null;
  readonly last_error: string | null;
  readonly endings: number;
}

interface AttemptRow {
  readonly status: number | null;
  readonly error_class: string | null;
  readonly started_ms: number;
  readonly excerpt_bytes: number | null;
}

const EXCERPT_BYTES = 16 * 1024;
const POLL_MS = 100;
const FINAL_STATES: readonly string[] = ['completed', 'undeliverable', 'expired'];

const ACTION = `SELECT a.state, (extract(epoch FROM a.deadline_at) * 1000)::float8 AS deadline_ms, d.status, d.last_error,
    (SELECT count(*)::int FROM action_history h WHERE h.action_id = a.id AND h.to_state IN ('completed', 'undeliverable', 'expired'))
      AS endings
  FROM actions a LEFT JOIN deliveries d ON d.owner_id = a.id WHERE a.id = $1`;
const ATTEMPTS = `SELECT t.status, t.error_class, (extract(epoch FROM t.started_at) * 1000)::float8 AS started_ms,
    octet_length(t.excerpt) AS excerpt_bytes
  FROM delivery_attempts t JOIN deliveries d ON d.id = t.delivery_id WHERE d.owner_id = $1 ORDER BY t.number`;
const SHORTEN_ACTION = `UPDATE actions SET deadline_at = now() + $2 * interval '1 millisecond',
    received_at = now() + $2 * interval '1 millisecond' - (deadline_at - received_at) WHERE id = $1`;
const SHORTEN_DELIVERY = `UPDATE deliveries d SET expires_at = a.deadline_at, next_attempt_at = least(d.next_attempt_at, a.deadline_at)
  FROM actions a WHERE a.id = d.owner_id AND a.id = $1`;

/** The endpoint of a case; every case has its own, so that none throttles another. */
export function startEndpoint(testCase: EndpointCase): Promise<FaultyEndpoint> {
  return FaultyEndpoint.start({ behaviour: testCase.behaviour(), ...testCase.options });
}

/** Sends one callback to the endpoint of its case and judges what came of it. */
export async function runEndpointCase(
  testCase: EndpointCase,
  endpoint: FaultyEndpoint,
  service: CaseService,
): Promise<CaseResult> {
  const path = `/callback/${randomUUID()}`;
  const id = await service.submit(testCase.url?.(endpoint, path) ?? endpoint.url(path));
  const giveUpAtMs = performance.now() + (testCase.withinMs ?? service.withinMs);
  const shorten = testCase.end === 'expired' ? (testCase.leftMs ?? service.leftMs) : undefined;
  if (testCase.afterFirst !== undefined || shorten !== undefined) {
    await untilAttempted(service, id, giveUpAtMs);
    await testCase.afterFirst?.(endpoint);
    if (shorten !== undefined) {
      await service.sql(SHORTEN_ACTION, [id, shorten]);
      await service.sql(SHORTEN_DELIVERY, [id]);
    }
  }
  const action = await untilEnded(service, id, giveUpAtMs);
  const attempts = await service.sql<AttemptRow>(ATTEMPTS, [id]);
  const requests = endpoint.of(path);
  const problems = [
    ...judgeEnd(testCase, action),
    ...judgeAttempts(testCase, attempts, action),
    ...judgeRequests(testCase, { requests, attempts: attempts.length, id, deadlineMs: action.deadline_ms }),
  ];
  return { id, problems, attempts: attempts.length };
}

async function untilAttempted(service: CaseService, id: string, giveUpAtMs: number): Promise<void> {
  while (performance.now() < giveUpAtMs) {
    if ((await service.sql(ATTEMPTS, [id])).length > 0) return;
    await sleep(POLL_MS);
  }
}

/** What the action is in the end, or when there is no time left. */
async function untilEnded(service: CaseService, id: string, giveUpAtMs: number): Promise<ActionRow> {
  for (;;) {
    const [action] = await service.sql<ActionRow>(ACTION, [id]);
    if (action === undefined) throw new Error(`no action ${id}, though it was acknowledged`);
    if (FINAL_STATES.includes(action.state) || performance.now() > giveUpAtMs) return action;
    await sleep(POLL_MS);
  }
}

function judgeEnd(testCase: EndpointCase, action: ActionRow): string[] {
  const problems: string[] = [];
  if (action.state !== testCase.end) {
    problems.push(`ended ${action.state} instead of ${testCase.end} (${action.last_error ?? 'no error'})`);
  }
  if (action.endings !== 1) problems.push(`${action.endings} ends in its history`);
  const said = action.last_error;
  const asExpected = testCase.lastError === null ? said === null : testCase.lastError.test(said ?? '');
  if (!asExpected) problems.push(`says ${said ?? 'nothing'} instead of ${testCase.lastError?.source ?? 'nothing'}`);
  return problems;
}

function judgeAttempts(testCase: EndpointCase, attempts: readonly AttemptRow[], action: ActionRow): string[] {
  const problems: string[] = [];
  const recorded = attempts.map((attempt): Recorded => [attempt.status, attempt.error_class]);
  const expected = [...testCase.attempts];
  const last = expected.at(-1);
  const mayRepeat = testCase.end === 'expired' && testCase.floorMs === undefined;
  while (mayRepeat && last !== undefined && expected.length < recorded.length) expected.push(last);
  if (JSON.stringify(recorded) !== JSON.stringify(expected)) {
    problems.push(`recorded ${JSON.stringify(recorded)} instead of ${JSON.stringify(expected)}`);
  }
  for (const { started_ms, excerpt_bytes } of attempts) {
    if (started_ms > action.deadline_ms)
      problems.push(`an attempt ${started_ms - action.deadline_ms} ms after the deadline`);
    if ((excerpt_bytes ?? 0) > EXCERPT_BYTES) problems.push(`an excerpt of ${excerpt_bytes ?? 0} bytes`);
  }
  return problems;
}

function judgeRequests(
  testCase: EndpointCase,
  seen: {
    readonly requests: readonly SeenRequest[];
    readonly attempts: number;
    readonly id: string;
    readonly deadlineMs: number;
  },
): string[] {
  const { requests } = seen;
  const problems: string[] = [];
  const unseen = { all: 0, none: seen.attempts, allButFirst: 1 }[testCase.requests ?? 'all'];
  if (requests.length !== seen.attempts - unseen) {
    problems.push(`${requests.length} requests seen of ${seen.attempts} attempts`);
  }
  const [first, second] = requests;
  for (const request of requests) problems.push(...judgeRequest(request, first ?? request, seen));
  const gapMs = first === undefined || second === undefined ? Number.POSITIVE_INFINITY : second.atMs - first.atMs;
  if (gapMs < (testCase.floorMs ?? 0))
    problems.push(`sent again after ${gapMs} ms, asked for ${testCase.floorMs ?? 0}`);
  return problems;
}

/** Every request is the same one, and none comes when nobody waits for it any more. */
function judgeRequest(
  request: SeenRequest,
  first: SeenRequest,
  { id, deadlineMs }: { readonly id: string; readonly deadlineMs: number },
): string[] {
  const problems: string[] = [];
  if (request.headers['x-request-id'] !== id)
    problems.push(`the id ${request.headers['x-request-id'] ?? '(none)'} was sent`);
  if (request.body !== first.body) problems.push('a repeated request had another body');
  // A little after is what an attempt started in time may take to arrive.
  if (request.atMs > deadlineMs + 1_000) problems.push(`a request ${request.atMs - deadlineMs} ms after the deadline`);
  return problems;
}
