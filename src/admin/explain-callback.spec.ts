import { describe, expect, it } from 'vitest';
import { DELIVERY_STATUSES } from '../delivery/delivery.js';
import type { CallbackFacts } from './callback-facts.js';
import { explainDelivery } from './explain-callback.js';

const NOW = new Date('2026-11-28T14:00:00Z');
const LATER = new Date('2026-11-28T14:05:00Z');
const ENDS = new Date('2026-11-28T15:00:00Z');

const EVENT: CallbackFacts = {
  channel: 'companies',
  status: 'pending',
  attempts: 2,
  nextAttemptAt: LATER,
  lastStatus: 500,
  errorClass: 'server_error',
  lastError: 'answered 500',
  waitsFor: null,
  answered2xx: 0,
  hasBody: true,
};

function explain(facts: Partial<CallbackFacts> = {}, expiresAt: Date | null = null): string {
  return explainDelivery({ ...EVENT, ...facts }, { now: NOW, expiresAt });
}

describe('the explanation of a delivery', () => {
  it('says when it is tried again, and when it is given up', () => {
    expect(explain()).toBe(
      'After 2 attempts the callback waits because the receiver answered 500. It is tried again at 2026-11-28T14:05:00Z. If this lasts, check the receiver.',
    );
    expect(explain({}, ENDS)).toContain('It is given up at 2026-11-28T15:00:00Z if it was not delivered by then.');
  });

  it('says why it waits although it is due', () => {
    expect(explain({ nextAttemptAt: NOW, waitsFor: 'open' })).toContain('its receiver failed too often');
  });

  it.each(DELIVERY_STATUSES)('of one that is %s speaks of no action, in short sentences', (status) => {
    for (const lastError of [null, 'answered 500']) {
      for (const hasBody of [true, false]) {
        const sentences = explain({ status, lastError, hasBody }, ENDS).split(/(?<=\.)\s+(?=[A-Z])/);
        expect(sentences.length).toBeGreaterThanOrEqual(2);
        for (const sentence of sentences) {
          expect(sentence).toMatch(/^[A-Z][^%]*\.$/);
          expect(sentence).not.toMatch(/\baction\b|undefined|null/);
          expect(sentence.split(' ').length, sentence).toBeLessThanOrEqual(20);
        }
      }
    }
  });

  it('has nothing to do for one that arrived', () => {
    expect(explain({ status: 'delivered', attempts: 1, lastError: null })).toBe(
      'The callback was delivered after one attempt. It has ended. There is nothing to do.',
    );
  });
});
