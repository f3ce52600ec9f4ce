/** What does not fit about one field of a request. */
export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

/** The refusal of a request, in the service's own words. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    message: string,
    /** One for each field that does not fit. */
    readonly problems: readonly FieldProblem[] = [],
  ) {
    super(message);
  }
}

export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface CallOptions {
  readonly query?: Query;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Repeated by the page itself: it keeps no session alive. */
  readonly isPoll?: boolean;
  /** The event that a poll follows: its answer may be one that others got after this event. */
  readonly after?: string | null;
  readonly signal?: AbortSignal;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Kept in memory alone: a page's storage outlives the session. */
let csrfToken: string | null = null;
/** A change of one's own is seen at once: for this long after it no answer of another reader will do. */
const OWN_CHANGE_MS = 10_000;
let changedAtMs = -Infinity;
const LOGIN_PATH = '/admin/session';
let onSessionOver: () => void = () => undefined;

export function keepCsrfToken(token: string | null): void {
  csrfToken = token;
}

/** @param listener is told when the service no longer knows the session. */
export function watchSession(listener: () => void): void {
  onSessionOver = listener;
}

/** One request to the service. @throws ApiError */
export async function call<Answer>(method: Method, path: string, options: CallOptions = {}): Promise<Answer> {
  const { body, signal } = options;
  const sent = body === undefined ? undefined : JSON.stringify(body);
  let response = await send(method, path, options, sent, signal);
  if (response.status === 401 && method !== 'GET' && (await hasNewSession())) {
    response = await send(method, path, options, sent, signal);
  }
  // To log in changes nothing that is shown.
  if (method !== 'GET' && path !== LOGIN_PATH) changedAtMs = performance.now();
  const text = await response.text();
  const answer = parse(text);
  if (response.ok) return answer as Answer;
  if (response.status === 401) onSessionOver();
  throw toError(response.status, answer);
}

export function pathWith(path: string, query: Query = {}): string {
  const used = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== '');
  const search = new URLSearchParams(used.map(([name, value]): [string, string] => [name, String(value)]));
  return used.length === 0 ? path : `${path}?${search}`;
}

/** Headers of a change, for requests that are made elsewhere. */
export function changeHeaders(): Record<string, string> {
  changedAtMs = performance.now();
  return csrfHeaders();
}

function csrfHeaders(): Record<string, string> {
  return csrfToken === null ? {} : { 'x-csrf-token': csrfToken };
}

/** Whether another tab logged in again: the cookie is that session's by now, and so must the token be. */
async function hasNewSession(): Promise<boolean> {
  if (csrfToken === null) return false;
  const response = await send('GET', LOGIN_PATH, {}, undefined, undefined);
  if (!response.ok) return false;
  const { csrfToken: token } = (await response.json()) as { readonly csrfToken: string | null };
  if (token === csrfToken) return false;
  csrfToken = token;
  return true;
}

async function send(
  method: Method,
  path: string,
  { query, headers, isPoll, after }: CallOptions,
  body: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Response> {
  try {
    return await fetch(pathWith(path, query), {
      method,
      credentials: 'same-origin',
      redirect: 'error',
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(method === 'GET' ? {} : csrfHeaders()),
        ...(isPoll === true ? { 'x-console-poll': pollMark(after ?? '') } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new ApiError(0, 'The service does not answer. It is asked again by itself.');
  }
}

function pollMark(after: string): string {
  return after === '' || performance.now() - changedAtMs < OWN_CHANGE_MS ? '1' : after;
}

function parse(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @param answer problem details, as /admin answers them */
export function toError(status: number, answer: unknown): ApiError {
  const problem = (answer ?? {}) as { title?: unknown; errors?: unknown };
  const errors = Array.isArray(problem.errors) ? (problem.errors as Partial<FieldProblem>[]) : [];
  return new ApiError(
    status,
    typeof problem.title === 'string' ? problem.title : `The service answered ${status}`,
    errors.map(({ field = '', message = '' }) => ({ field, message })),
  );
}
