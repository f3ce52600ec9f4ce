import { Agent, request } from 'undici';
import { isLoopbackHost } from '../../config/address-types.js';
import { USER_AGENT } from '../../delivery/user-agent.js';
import { UsageError } from '../command.js';
import type { DocumentFinding } from '../documents/document-findings.js';

/** A document from an address: its text, or why there is none. Warnings come beside a text. */
export interface Fetched {
  readonly text: string | null;
  readonly findings: readonly DocumentFinding[];
}

/** Larger than any document in earnest. */
export const DOCUMENT_MAX_BYTES = 2 * 1024 * 1024;

const DOCUMENT_TYPE = /^(?:application|text)\/(?:[\w.+-]*(?:json|yaml))$/i;

/**
 * Reads an address that a user typed. @throws UsageError for one that is not https, or http on this machine, or that holds
 * a user's name: nothing is sent that shows who asks.
 */
export function readAddress(text: string): URL {
  if (!URL.canParse(text)) throw new UsageError(`${text} is not an address`);
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    throw new UsageError('the address holds a user or a password: the document must be public, so leave them out');
  }
  if (url.protocol === 'http:' && !isLoopback(url)) {
    throw new UsageError(`${url.host} is another machine: use https, as Adobe does`);
  }
  return url;
}

/** Whether an address is on this machine. */
export function isLoopback({ hostname }: URL): boolean {
  return isLoopbackHost(hostname.replace(/^\[|\]$/g, ''));
}

/** Asks for a document as Adobe does: without credentials, following no redirect, with a time and a size. Never rejects. */
export async function fetchDocument(url: URL, timeoutMs: number): Promise<Fetched> {
  const agent = new Agent({ connect: { timeout: timeoutMs } });
  try {
    const answer = await request(url, {
      dispatcher: agent,
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        accept: 'application/json, application/yaml',
        'accept-encoding': 'identity',
        'user-agent': USER_AGENT,
      },
    });
    const { statusCode, headers, body } = answer;
    body.on('error', () => undefined);
    if (statusCode !== 200) {
      body.destroy();
      return refused(...explainStatus(statusCode, headers['location']));
    }
    const text = await readText(body);
    if (text === null)
      return refused(`is larger than ${DOCUMENT_MAX_BYTES / 1024 / 1024} MiB`, 'serve a smaller document');
    return { text, findings: typeFindings(headers['content-type']) };
  } catch (error) {
    return refused(...explainError(error, timeoutMs));
  } finally {
    await agent.destroy();
  }
}

async function readText(body: AsyncIterable<Buffer>): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > DOCUMENT_MAX_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function typeFindings(header: string | string[] | undefined): readonly DocumentFinding[] {
  const type =
    String(header ?? '')
      .split(';')[0]
      ?.trim() ?? '';
  if (DOCUMENT_TYPE.test(type)) return [];
  const reason = type === '' ? 'the answer has no Content-Type' : `the answer has the Content-Type ${type}`;
  const remedy = 'answer with application/json, or application/yaml for YAML';
  return [{ screen: null, severity: 'warning', path: '', reason, remedy }];
}

function explainStatus(status: number, location: string | string[] | undefined): [reason: string, remedy: string] {
  if (status >= 300 && status < 400) {
    const target = String(location ?? 'nowhere');
    return [`redirects (${status}) to ${target}, and redirects are not followed`, 'give Adobe the address it leads to'];
  }
  if (status === 401 || status === 403) {
    return [`asks for credentials (${status})`, 'make the document public: Adobe reads it before it has any'];
  }
  const remedy = status === 404 ? 'check the address' : 'see the log of the service';
  return [`answered with status ${status}`, remedy];
}

function explainError(error: unknown, timeoutMs: number): [reason: string, remedy: string] {
  const { name, code, message } = error as { name?: string; code?: string; message?: string };
  if (name === 'TimeoutError' || code === 'UND_ERR_CONNECT_TIMEOUT') {
    return [`did not answer within ${timeoutMs} ms`, 'check that it is reachable from outside your network'];
  }
  const said = code ?? message ?? 'unknown error';
  return [`cannot be reached (${said})`, 'check the address, its certificate, and that the service runs'];
}

function refused(reason: string, remedy: string): Fetched {
  return { text: null, findings: [{ screen: null, severity: 'problem', path: '', reason, remedy }] };
}
