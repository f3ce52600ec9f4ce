import { hash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { RequestError } from './request-error.js';

/** A representation and the tag of the state it shows. */
export interface Tagged<View> {
  readonly view: View;
  readonly etag: string;
}

/** The state that the sender of an edit has seen. */
export interface Precondition {
  /**
   * @param current null where there is no resource
   * @throws RequestError 412 with the current tag, when the sender has seen another, or one that is gone.
   */
  check(current: string | null): void;
}

const TAG = /^(?:W\/)?"[\x21\x23-\x7e]*"$/;
/** One header line may hold so many tags; nothing honest needs more. */
const TAGS_MAX = 20;

/** The strong tag of the state of a resource: all that an edit may change, and nothing that changes by itself. */
export function etagOf(state: Readonly<Record<string, unknown>>): string {
  return `"${hash('sha256', JSON.stringify(state), 'base64url').slice(0, 22)}"`;
}

/** Answers with the view, and with its tag in the head. */
export function withEtag<View>(reply: FastifyReply, { view, etag }: Tagged<View>): View {
  void reply.header('etag', etag);
  return view;
}

/**
 * Reads `If-Match`. Without it every state will do: an edit names only the fields that it changes, so two that change
 * different ones do not meet. Weak tags match nothing, as RFC 9110 has it.
 * @throws RequestError 400 for what is neither tags nor `*`
 */
export function readIfMatch(header: string | readonly string[] | undefined): Precondition {
  if (header === undefined) return { check: () => undefined };
  const text = (typeof header === 'string' ? header : header.join(',')).trim();
  const tags = text.split(',').map((tag) => tag.trim());
  const isAny = text === '*';
  if (!isAny && (tags.length > TAGS_MAX || !tags.every((tag) => TAG.test(tag)))) {
    throw new RequestError(400, 'INVALID_REQUEST', 'If-Match must be the ETag of an answer, in its quotes, or *', {
      details: [{ field: 'If-Match', message: 'must be the ETag of an answer, in its quotes, or *' }],
    });
  }
  return {
    check: (current) => {
      if (current === null)
        throw new RequestError(412, 'PRECONDITION_FAILED', 'It is not there: If-Match needs one that is');
      if (isAny || tags.includes(current)) return;
      const message = `It has changed since: the current ETag is ${current}. Read it again, then decide`;
      throw new RequestError(412, 'PRECONDITION_FAILED', message, { etag: current });
    },
  };
}
