import { request } from 'undici';
import { type Answer, TEST_ADMIN_KEY } from './app.js';
import { send, type Served } from './company-world.js';

/** A client as it was made. */
export interface MadeClient {
  readonly id: string;
  readonly name: string;
  readonly clientSecret: string;
  readonly secrets: readonly { readonly id: string }[];
}

let made = 0;

/** Asks a route of administrators. */
export function asAdmin(
  { url }: Served,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<Answer> {
  return send(method, `${url}${path}`, { authorization: `Bearer ${TEST_ADMIN_KEY}` }, body);
}

/** Makes a client with one secret. */
export async function makeClient(service: Served): Promise<MadeClient> {
  made += 1;
  const answer = await asAdmin(service, 'POST', '/admin/oauth-clients', { name: `client ${String(made)}` });
  if (answer.status !== 201) throw new Error(`a client was not made: ${String(answer.status)}`);
  return answer.body as unknown as MadeClient;
}

/** One request for a token; a text body is a form. */
export async function askToken(
  { url }: Served,
  body: Record<string, unknown> | string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const isForm = typeof body === 'string';
  const answer = await request(`${url}/oauth2/token`, {
    method: 'POST',
    headers: { 'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json', ...headers },
    body: isForm ? body : JSON.stringify(body),
  });
  const text = await answer.body.text();
  return { status: answer.statusCode, headers: answer.headers, body: JSON.parse(text) as Record<string, unknown> };
}

/** The form by which a client asks for a token. */
export function formOf(clientId: string, clientSecret: string): string {
  return new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  }).toString();
}

/** A token of a client. */
export async function tokenOf(service: Served, clientId: string, clientSecret: string): Promise<string> {
  const { status, body } = await askToken(service, formOf(clientId, clientSecret));
  if (status !== 200) throw new Error(`no token was issued: ${String(status)}`);
  return body['access_token'] as string;
}

/** The headers that bring a token. */
export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}
