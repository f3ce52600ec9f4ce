import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeliveryAnswer } from './answer.js';
import { Redaction } from './redaction.js';

const EXCERPT_BYTES = 16 * 1024;

function answer(overrides: Partial<DeliveryAnswer> = {}): DeliveryAnswer {
  return {
    status: 500,
    errorClass: null,
    error: null,
    requestStarted: true,
    resolvedIp: null,
    timing: { totalMs: 1, dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null },
    retryAfterMs: null,
    headers: {},
    excerpt: Buffer.alloc(0),
    ...overrides,
  };
}

/** Everything of an answer that is stored, as bytes of latin1. */
function storedOf({ error, headers, excerpt }: DeliveryAnswer): string {
  return [error ?? '', JSON.stringify(headers), excerpt?.toString('latin1') ?? ''].join('\n');
}

const basic = (pair: string): string => `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;

/** Values as generators of keys and people make them; with characters that JSON, HTML and URLs spell otherwise. */
const canary = fc.stringMatching(/^[A-Za-z0-9_\-./+=&<>"'\\ ~!*()%]{8,60}$/).filter((text) => text.trim() === text);

type Spelling = readonly [name: string, spell: (text: string) => string];
const SPELLINGS: readonly Spelling[] = [
  ['as it is', (text) => text],
  ['as JSON', (text) => JSON.stringify(text)],
  ['as JSON of PHP', (text) => JSON.stringify(text).replaceAll('/', '\\/')],
  ['in a URL', encodeURIComponent],
  ['in a form', (text) => new URLSearchParams({ text }).toString()],
  [
    'in HTML',
    (text) =>
      text
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll('"', '&quot;')
        .replaceAll("'", '&#39;'),
  ],
];

describe('a secret of the request', () => {
  it('is never kept, wherever the receiver echoes it and however it spells it', () => {
    fc.assert(
      fc.property(
        canary,
        fc.constantFrom('Bearer', 'Basic', 'X-Callback-Token', 'X-Api-Key', 'signing'),
        fc.constantFrom(...SPELLINGS),
        fc.uint8Array({ maxLength: 200 }),
        fc.uint8Array({ maxLength: 200 }),
        fc.nat({ max: EXCERPT_BYTES + 100 }),
        (secret, where, [, spell], before, after, at) => {
          const headers: Record<string, string> = {};
          if (where === 'Bearer') headers['Authorization'] = `Bearer ${secret}`;
          else if (where === 'Basic') headers['Authorization'] = basic(`someone:${secret}`);
          else if (where !== 'signing') headers[where] = secret;
          const redaction = new Redaction(headers, where === 'signing' ? [secret] : []);
          const echo = spell(secret);
          const filling = Buffer.alloc(at, '.');
          const excerpt = Buffer.concat([before, filling, Buffer.from(echo), after]).subarray(0, EXCERPT_BYTES);
          const kept = redaction.redactAnswer(
            answer({ error: `it said ${echo}`, headers: { server: `a ${echo}`, via: echo }, excerpt }),
          );
          const stored = storedOf(kept);
          expect(stored).not.toContain(secret);
          expect(stored).not.toContain(echo);
          expect(kept.excerpt?.length).toBeLessThanOrEqual(EXCERPT_BYTES);
          expect(redaction.redactText(`dead: ${echo}`)).toBe(
            redaction.redactText('dead: ') + redaction.redactText(echo),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('that the end of an excerpt cuts leaves no more than three of its bytes', () => {
    const secret = 'canary-0123456789-abcdefghij';
    const redaction = new Redaction({ Authorization: `Bearer ${secret}` });
    for (let kept = 0; kept < secret.length; kept += 1) {
      const excerpt = Buffer.concat([Buffer.alloc(100, 0xff), Buffer.from(secret.slice(0, kept))]);
      const stored = redaction.redactAnswer(answer({ excerpt })).excerpt?.subarray(100).toString() ?? '';
      expect(stored).toBe(kept < 4 ? secret.slice(0, kept) : '[redacted]');
    }
  });

  it('of Basic credentials goes as a whole and in its parts', () => {
    const header = basic('eqp-user:pä:ss wörd');
    const redaction = new Redaction({ authorization: header });
    const credentials = header.slice('Basic '.length);
    const page = `${header} | ${credentials} | ${credentials.replace(/=+$/, '')} | eqp-user | pä:ss wörd | eqp-user:pä:ss wörd`;
    expect(redaction.redactText(page)).toBe(
      '[redacted] | [redacted] | [redacted] | [redacted] | [redacted] | [redacted]',
    );
    const latin1 = redaction.redactBytes(Buffer.from('<pä:ss wörd>', 'latin1'));
    expect(latin1.toString('latin1')).toBe('<[redacted]>');
  });

  it('of a signing key goes with its prefix and without', () => {
    const key = Buffer.alloc(24, 5).toString('base64');
    const redaction = new Redaction({}, [`whsec_${key}`]);
    expect(redaction.redactText(`whsec_${key}, ${key}`)).toBe('[redacted], [redacted]');
  });

  it('that overlaps another leaves nothing of either', () => {
    const redaction = new Redaction({ 'X-Api-Key': 'hello-world', 'X-Callback-Token': 'world-peace' });
    expect(redaction.redactText('(hello-world-peace)')).toBe('([redacted])');
  });
});

describe('what is no secret', () => {
  it('is kept byte for byte', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
        const excerpt = Buffer.from(bytes);
        const redaction = new Redaction({ Authorization: 'Bearer canary-that-does-not-occur', 'X-Request-Id': 'r' });
        expect(redaction.redactAnswer(answer({ excerpt })).excerpt?.equals(excerpt)).toBe(true);
      }),
    );
  });

  it('is kept although a header carries it whose name promises no secret', () => {
    const redaction = new Redaction({ 'X-Request-Id': '0199c0de-1111', 'x-gw-ims-org-id': 'ORG@AdobeOrg' });
    const text = 'request 0199c0de-1111 of ORG@AdobeOrg';
    expect(redaction.redactText(text)).toBe(text);
  });

  it('is kept although an empty or tiny value is called a key', () => {
    const redaction = new Redaction({ 'X-Api-Key': '', Authorization: 'Bearer abc' });
    expect(redaction.redactText('abc of the service')).toBe('abc of the service');
  });

  it('is not even copied when the answer is a success', () => {
    const success = answer({ status: 200, headers: null, excerpt: null });
    expect(new Redaction({ Authorization: 'Bearer canary' }).redactAnswer(success)).toBe(success);
  });
});
