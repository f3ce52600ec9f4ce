import { createHmac } from 'node:crypto';
import { readSigningKey } from './signing-secrets.js';

/** The parts that a signature covers: the message, the moment of the attempt, and the bytes sent. */
export interface SignedMessage {
  /** Stable over every attempt, so that a receiver can drop what it has seen. */
  readonly id: string;
  /** Unix time of the attempt in whole seconds; receivers refuse what is minutes old. */
  readonly timestampSeconds: number;
  /** Exactly the bytes sent, as UTF-8. */
  readonly body: string;
}

/** The three headers of the Standard Webhooks specification. */
export type SignatureHeaders = Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>>;

/**
 * Signs a callback as Standard Webhooks asks: HMAC-SHA256 over `id.timestamp.body`, one `v1,<base64>` for each secret
 * (`whsec_<base64>`), with a space between them.
 * @returns null when a secret is malformed: signing with the others alone would lock receivers out unseen.
 */
export function signWebhook(message: SignedMessage, secrets: readonly string[]): SignatureHeaders | null {
  const head = `${message.id}.${message.timestampSeconds}.`;
  const signatures: string[] = [];
  for (const secret of secrets) {
    const key = readSigningKey(secret);
    if (key === null) return null;
    signatures.push(`v1,${createHmac('sha256', key).update(head).update(message.body, 'utf8').digest('base64')}`);
  }
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(message.timestampSeconds),
    'webhook-signature': signatures.join(' '),
  };
}
