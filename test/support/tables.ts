import { request } from 'undici';
import type { Readable } from 'node:stream';
import { type Answer, TEST_ADMIN_KEY } from './app.js';

const AUTHORIZATION = { authorization: `Bearer ${TEST_ADMIN_KEY}` };

export type CsvBody = string | Buffer | Readable;

/** Sends a file to a lookup table, as an administrator. */
export async function putTable(
  url: string,
  name: string,
  csv: CsvBody,
  query: Record<string, string | string[]> = {},
  headers: Record<string, string> = {},
): Promise<Answer> {
  const parameters = new URLSearchParams();
  for (const [key, values] of Object.entries(query)) {
    for (const value of [values].flat()) parameters.append(key, value);
  }
  const answer = await request(`${url}/admin/lookup-tables/${name}?${parameters.toString()}`, {
    method: 'PUT',
    headers: { ...AUTHORIZATION, 'content-type': 'text/csv', ...headers },
    body: csv,
  });
  return { status: answer.statusCode, headers: answer.headers, body: (await answer.body.json()) as Answer['body'] };
}

/** Any other request about tables. */
export async function askTables(
  url: string,
  method: 'GET' | 'POST' | 'DELETE',
  path = '',
  body?: unknown,
): Promise<Answer> {
  const answer = await request(`${url}/admin/lookup-tables${path}`, {
    method,
    headers: { ...AUTHORIZATION, ...(body !== undefined && { 'content-type': 'application/json' }) },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await answer.body.text();
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: text === '' ? {} : (JSON.parse(text) as Answer['body']),
  };
}
