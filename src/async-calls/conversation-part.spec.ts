import { expect, it } from 'vitest';
import { CALL_ERRORS } from './call-problems.js';
import { checkPart, type SentPart } from './conversation-part.js';

const WHOLE: SentPart = { conversationId: 'c', sequenceCode: 1, callsInConversation: 2 };

it.each<[string, Partial<SentPart>]>([
  ['the first of two', {}],
  ['the last of two', { sequenceCode: 2 }],
  ['the only one', { callsInConversation: 1 }],
  ['the last of as many as there may be', { sequenceCode: 1_000_000, callsInConversation: 1_000_000 }],
  ['a ConversationID as long as it may be', { conversationId: 'c'.repeat(255) }],
])('takes %s', (_name, change) => {
  const part = { ...WHOLE, ...change };
  expect(checkPart(part)).toEqual({ kind: 'part', part });
});

it.each<[string, Partial<SentPart>, keyof typeof CALL_ERRORS]>([
  ['without ConversationID', { conversationId: null }, 'conversationIdMissing'],
  ['with an empty ConversationID', { conversationId: '' }, 'conversationIdMissing'],
  ['without SequenceCode', { sequenceCode: null }, 'sequenceCodeMissing'],
  ['without CallsInConversation', { callsInConversation: null }, 'callsMissing'],
  ['with a ConversationID that is too long', { conversationId: 'c'.repeat(256) }, 'conversationIdMissing'],
  ['of no calls', { callsInConversation: 0 }, 'callsOutOfRange'],
  ['of fewer than none', { callsInConversation: -1 }, 'callsOutOfRange'],
  ['of calls that are no number', { callsInConversation: NaN }, 'callsOutOfRange'],
  ['of half a call', { callsInConversation: 1.5 }, 'callsOutOfRange'],
  ['of one call too many', { callsInConversation: 1_000_001 }, 'callsOutOfRange'],
  ['at 0', { sequenceCode: 0 }, 'sequenceCodeOutOfRange'],
  ['after the last', { sequenceCode: 3 }, 'sequenceCodeOutOfRange'],
  ['between two places', { sequenceCode: 1.5 }, 'sequenceCodeOutOfRange'],
  ['at a place that is no number', { sequenceCode: NaN }, 'sequenceCodeOutOfRange'],
  // One number per answer: missing before out of range.
  [
    'without anything',
    { conversationId: null, sequenceCode: null, callsInConversation: null },
    'conversationIdMissing',
  ],
  ['too long, without SequenceCode', { conversationId: 'c'.repeat(256), sequenceCode: null }, 'sequenceCodeMissing'],
  ['of no calls, without SequenceCode', { sequenceCode: null, callsInConversation: 0 }, 'sequenceCodeMissing'],
  ['at 0, without CallsInConversation', { sequenceCode: 0, callsInConversation: null }, 'callsMissing'],
  ['too long, of no calls', { conversationId: 'c'.repeat(256), callsInConversation: 0 }, 'conversationIdMissing'],
  ['at 0 of no calls', { sequenceCode: 0, callsInConversation: 0 }, 'callsOutOfRange'],
])('refuses a part %s', (_name, change, error) => {
  expect(checkPart({ ...WHOLE, ...change })).toMatchObject({ kind: 'refused', problem: { code: CALL_ERRORS[error] } });
});
