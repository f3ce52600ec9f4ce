import type { DeliveryAnswer } from './answer.js';
import { SecretPattern } from './secret-pattern.js';

const MARK = Buffer.from('[redacted]');
/** The length of an excerpt; redacting can make it longer. */
const EXCERPT_BYTES = 16 * 1024;
/** Shorter values are in every text: replacing them would hide the answer, not a secret. */
const MIN_SECRET_LENGTH = 4;
/** Names of headers with secret values, also in dialects that are yet to come. */
const SECRET_HEADER = /authorization|cookie|token|key|secret|password|signature/i;

/**
 * Takes a request's own secrets out of what is kept of its answer: receivers echo what they get, in error pages most
 * of all. Made per attempt; it costs nothing until there is something to redact.
 */
export class Redaction {
  private patterns: readonly SecretPattern[] | null = null;

  /** @param further secrets that are in no header, for example signing secrets. */
  constructor(
    private readonly headers: Readonly<Record<string, string>>,
    private readonly further: readonly string[] = [],
  ) {}

  /** The answer as it may be stored, logged and shown. A 2xx keeps no text, and is returned as it is. */
  redactAnswer(answer: DeliveryAnswer): DeliveryAnswer {
    if (answer.error === null && answer.headers === null && answer.excerpt === null) return answer;
    return {
      ...answer,
      error: answer.error === null ? null : this.redactText(answer.error),
      headers: answer.headers === null ? null : this.redactHeaders(answer.headers),
      excerpt: answer.excerpt === null ? null : this.redactBytes(answer.excerpt).subarray(0, EXCERPT_BYTES),
    };
  }

  redactText(text: string): string {
    return this.redactBytes(Buffer.from(text, 'utf8')).toString('utf8');
  }

  redactBytes(bytes: Buffer): Buffer {
    this.patterns ??= patternsOf(secretsOf(this.headers, this.further));
    const spans: Span[] = [];
    for (const pattern of this.patterns) pattern.find(bytes, (start, end) => spans.push({ start, end }));
    return replaceSpans(bytes, spans);
  }

  /** Header values come as latin1, a character for every byte. */
  private redactHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        this.redactBytes(Buffer.from(value, 'latin1')).toString('latin1'),
      ]),
    );
  }
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function patternsOf(secrets: ReadonlySet<string>): SecretPattern[] {
  return [...secrets].filter((secret) => secret.length >= MIN_SECRET_LENGTH).map((secret) => new SecretPattern(secret));
}

/** The values as sent, credentials without their scheme, and the parts of Basic credentials. */
function secretsOf(headers: Readonly<Record<string, string>>, further: readonly string[]): Set<string> {
  const secrets = new Set<string>();
  for (const [name, value] of Object.entries(headers)) {
    if (!SECRET_HEADER.test(name)) continue;
    secrets.add(value.trim());
    if (!/authorization/i.test(name)) continue;
    const [, scheme = '', credentials = ''] = /^\s*(\S+)\s+(\S.*)$/s.exec(value) ?? [];
    secrets.add(credentials.trim());
    if (scheme.toLowerCase() === 'basic') for (const part of basicParts(credentials.trim())) secrets.add(part);
  }
  for (const secret of further) {
    secrets.add(secret);
    secrets.add(secret.replace(/^whsec_/, ''));
  }
  return secrets;
}

/** The texts that a receiver has after decoding them, and the encoded text also without its padding. */
function basicParts(credentials: string): string[] {
  const pair = Buffer.from(credentials, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  const whole = [credentials.replace(/=+$/, ''), pair];
  return colon === -1 ? whole : [...whole, pair.slice(0, colon), pair.slice(colon + 1)];
}

/** Overlapping spans become one, so nothing of either secret is left between them. */
function replaceSpans(bytes: Buffer, spans: Span[]): Buffer {
  if (spans.length === 0) return bytes;
  const parts: Buffer[] = [];
  let done = 0;
  for (const { start, end } of spans.sort((a, b) => a.start - b.start)) {
    if (start >= done) parts.push(bytes.subarray(done, start), MARK);
    done = Math.max(done, end);
  }
  parts.push(bytes.subarray(done));
  return Buffer.concat(parts);
}
