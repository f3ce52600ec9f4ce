import { Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnswerBreachError } from './answer-breach-error.js';
import { AnswerHead, readThrough } from './answer-head.js';

const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
const ANSWER = 'HTTP/1.1 410 Gone\r\ncontent-length: 2\r\n\r\n{}';

/** The bytes that the parser gets of an answer in these pieces. */
function given(pieces: readonly Buffer[], head = new AnswerHead()): { text: string; status: number | null } {
  head.begin();
  const parts = pieces.map((piece) => head.take(piece));
  return { text: Buffer.concat(parts).toString('latin1'), status: head.status };
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % bytes.length))].sort((a, b) => a - b);
  return [...ends, bytes.length].map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end));
}

const cuts = fc.array(fc.nat(10_000), { maxLength: 40 });

describe('the head of an answer', () => {
  it('takes out any number of informational answers, wherever packets end', () => {
    const interim = fc.constantFrom(
      CONTINUE,
      'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n',
      'HTTP/1.0 199\n\n',
      '\r\n',
    );
    fc.assert(
      fc.property(fc.array(interim, { maxLength: 5 }), cuts, (before, places) => {
        const bytes = Buffer.from(before.join('') + ANSWER, 'latin1');
        expect(given(cut(bytes, places))).toEqual({ text: ANSWER, status: 410 });
      }),
    );
  });

  it('changes no byte of an answer in order, its body least of all', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 200, max: 999 }),
        fc.uint8Array({ maxLength: 300 }),
        cuts,
        (status, body, places) => {
          const bytes = Buffer.concat([Buffer.from(`HTTP/1.1 ${status} x\r\na: b\r\n\r\n`, 'latin1'), body]);
          expect(given(cut(bytes, places))).toEqual({ text: bytes.toString('latin1'), status });
        },
      ),
    );
  });

  it('gives a parser what is no answer unchanged, and knows no status', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 13, maxLength: 100 }), (bytes) => {
        fc.pre(bytes[0] !== 13 && bytes[0] !== 10 && bytes[0] !== 72);
        expect(given([Buffer.from(bytes)])).toEqual({ text: Buffer.from(bytes).toString('latin1'), status: null });
      }),
    );
  });

  it('ends lines as they should be ended, and unfolds what is folded', () => {
    const crooked = 'HTTP/1.1 200 OK\nx-a: 1\r\n\t2\n  3\r\ncontent-length: 2\n\r\n\n {}';
    const straight = 'HTTP/1.1 200 OK\r\nx-a: 1 2  3\r\ncontent-length: 2\r\n\r\n\n {}';
    fc.assert(
      fc.property(cuts, (places) => {
        expect(given(cut(Buffer.from(crooked), places))).toEqual({ text: straight, status: 200 });
      }),
    );
  });

  it('knows the status when its line has ended, and not before', () => {
    const head = new AnswerHead();
    head.begin();
    head.take(Buffer.from('HTTP/1.1 200 O'));
    expect(head.status).toBeNull();
    head.take(Buffer.from('K\r\nserver'));
    expect(head.status).toBe(200);
    head.begin();
    expect(head.status).toBeNull();
  });

  it.each(['HTTP/1.1 101 Switching Protocols\r\n\r\n', 'HTTP/1.1 099 Odd\r\n\r\n', `${CONTINUE}HTTP/1.1 101\r\n\r\n`])(
    'refuses %j',
    (text) => {
      expect(() => given([Buffer.from(text)])).toThrow(AnswerBreachError);
    },
  );

  it('gives up after 64 KiB of informational answers, wherever packets end', () => {
    const flood = Buffer.from(CONTINUE.repeat(4_000));
    fc.assert(
      fc.property(cuts, (places) => {
        expect(() => given(cut(flood, places))).toThrow(/64 KiB of informational/);
      }),
      { numRuns: 10 },
    );
  });
});

it('a socket with a head gives its reader the rest, goes on past what is taken out, and is destroyed by a breach', () => {
  const socket = new Socket();
  const chunks = [CONTINUE, 'HTTP/1.1 2', '00 OK\r\n\r\n', null, 'HTTP/1.1 101 x\r\n\r\n'];
  socket.read = () => {
    const next = chunks.shift() ?? null;
    return next === null ? null : Buffer.from(next);
  };
  const head = new AnswerHead();
  readThrough(socket, head);
  head.begin();
  expect(String(socket.read())).toBe('HTTP/1.1 200 OK\r\n\r\n');
  expect(socket.read()).toBeNull();
  socket.once('error', () => undefined);
  head.begin();
  expect(socket.read()).toBeNull();
  expect(socket.destroyed).toBe(true);
});
