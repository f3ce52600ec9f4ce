import { describe, expect, it } from 'vitest';
import { newId } from '../database/new-id.js';
import { readTraceParent, rootSpanIdOf, traceIdOf, writeTraceParent } from './trace-ids.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

describe('the ids of a trace', () => {
  it('are those of its request', () => {
    const traceId = traceIdOf('0198f0c2-7a55-7cc0-9a44-5f2f0c3f6d11');
    expect(traceId).toBe('0198f0c27a557cc09a445f2f0c3f6d11');
    expect(rootSpanIdOf(traceId ?? '')).toBe('9a445f2f0c3f6d11');
  });

  it('are what the standard asks of ids', () => {
    for (let count = 0; count < 1_000; count++) {
      const traceId = traceIdOf(newId()) ?? '';
      const header = writeTraceParent({ traceId, spanId: rootSpanIdOf(traceId) });
      expect(readTraceParent(header)).toEqual({ traceId, spanId: rootSpanIdOf(traceId), traceFlags: 1 });
    }
  });

  it.each(['', 'a', 'f47ac10b-58cc-4372-a567-0e02b2c3d479', `0198f0c2-7a55-7cc0-9a44-5f2f0c3f6d11${'0'.repeat(9)}`])(
    'are not made of %j',
    (id) => {
      expect(traceIdOf(id)).toBeNull();
    },
  );
});

describe('a traceparent', () => {
  it.each([
    [`00-${TRACE}-${SPAN}-01`, 1],
    [`00-${TRACE}-${SPAN}-00`, 0],
    [` 00-${TRACE}-${SPAN}-03 `, 1],
    [`01-${TRACE}-${SPAN}-01-what-a-later-version-adds`, 1],
  ])('%j is read', (header, traceFlags) => {
    expect(readTraceParent(header)).toEqual({ traceId: TRACE, spanId: SPAN, traceFlags });
  });

  it.each([
    undefined,
    '',
    'nonsense',
    `ff-${TRACE}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01-more`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}`,
    `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01\n`.repeat(2),
    [`00-${TRACE}-${SPAN}-01`],
  ])('%j is ignored', (header) => {
    expect(readTraceParent(header)).toBeNull();
  });
});
