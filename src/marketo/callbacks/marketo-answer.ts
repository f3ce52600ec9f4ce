import type { DeliveryAnswer, ErrorClass } from '../../delivery/answer.js';
import { isJsonObject } from '../../http/json-value.js';

/** Why Marketo will never take a callback, in words for the person on call. */
export interface MarketoRefusal {
  readonly errorClass: ErrorClass;
  readonly reason: string;
}

const CODES_MAX = 5;
/** Codes are short words or numbers; anything else may be a value of a lead. */
const CODE = /^[A-Za-z0-9_-]{1,40}$/;

/**
 * Reads Marketo's answer to a callback.
 * @returns null when it is no refusal for good: success, throttling (429), 408, 425 and the 5xx.
 */
export function readMarketoRefusal({ status, excerpt }: DeliveryAnswer): MarketoRefusal | null {
  if (status === null || status < 300 || status >= 500) return null;
  if (status === 408 || status === 425 || status === 429) return null;
  const codes = errorCodesOf(excerpt);
  const told = codes.length === 0 ? '' : ` It names the errors ${codes.join(', ')}.`;
  return { errorClass: classOf(status), reason: `${reasonOf(status)}${told}` };
}

function classOf(status: number): ErrorClass {
  if (status < 400) return 'redirect';
  return status === 401 || status === 403 ? 'auth' : 'client_error';
}

function reasonOf(status: number): string {
  if (status < 400) {
    return (
      `Marketo answered with a redirect (${status}); redirects are never followed, because the request carries a token. ` +
      'Check the callbackUrl of the batch, and any proxy on the way.'
    );
  }
  switch (status) {
    case 401:
    case 403:
      return (
        `Marketo does not accept the key or the token of the callback (${status}). A token is for one callback: compare ` +
        'the times in the history, a campaign that was aborted takes none.'
      );
    case 404:
      return 'Marketo does not know the callback (404). The campaign run probably no longer exists.';
    case 405:
      return (
        'Marketo refused the results (405), which it says of leads or values it cannot write. Compare the fields with ' +
        'those mapped under Incoming Fields; the excerpt of its answer is kept with the attempt.'
      );
    default:
      return `Marketo refused the callback (${status}). The excerpt of its answer is kept with the attempt.`;
  }
}

/** Codes of the errors that Marketo reports for parts of a batch, wherever they stand in its answer. */
export function errorCodesOf(excerpt: Buffer | null): string[] {
  if (excerpt === null) return [];
  let answer: unknown;
  try {
    answer = JSON.parse(excerpt.toString('utf8'));
  } catch {
    return [];
  }
  const codes = new Set<string>();
  collect(answer, codes, 0);
  return [...codes].slice(0, CODES_MAX);
}

function collect(value: unknown, codes: Set<string>, depth: number): void {
  if (depth > 6 || codes.size >= CODES_MAX) return;
  if (Array.isArray(value)) for (const item of value) collect(item, codes, depth + 1);
  if (!isJsonObject(value)) return;
  for (const key of ['code', 'errorCode']) {
    const code = value[key];
    const text = typeof code === 'string' || typeof code === 'number' ? String(code) : '';
    if (CODE.test(text)) codes.add(text);
  }
  for (const member of Object.values(value)) collect(member, codes, depth + 1);
}
