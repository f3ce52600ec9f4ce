import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { signWebhook } from './signature.js';
import { newSigningSecret } from './signing-secrets.js';

const now = (): number => Math.floor(Date.now() / 1_000);

describe('signWebhook', () => {
  it('gives the signature that the public specification gives as its example', () => {
    const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestampSeconds: 1614265330, body: '{"test": 2432232314}' };
    expect(signWebhook(message, ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'])).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('is verified by the reference library, whatever the body, with each of its secrets', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.uuid(), fc.integer({ min: 1, max: 4 }), (text, id, count) => {
        const secrets = Array.from({ length: count }, newSigningSecret);
        const body = JSON.stringify({ text });
        const headers = signWebhook({ id, timestampSeconds: now(), body }, secrets);
        expect(headers?.['webhook-signature'].split(' ')).toHaveLength(count);
        for (const secret of secrets) expect(new Webhook(secret).verify(body, { ...headers })).toEqual({ text });
      }),
    );
  });

  it('is refused by the reference library when a byte, the id, the moment or the secret is another', () => {
    const secret = newSigningSecret();
    const message = { id: 'event-1', timestampSeconds: now(), body: '{"a":1}' };
    const headers = { ...signWebhook(message, [secret]) };
    const webhook = new Webhook(secret);
    expect(() => webhook.verify('{"a":2}', headers)).toThrow();
    expect(() => webhook.verify(message.body, { ...headers, 'webhook-id': 'event-2' })).toThrow();
    expect(() =>
      webhook.verify(message.body, { ...headers, 'webhook-timestamp': String(message.timestampSeconds - 1) }),
    ).toThrow();
    expect(() => new Webhook(newSigningSecret()).verify(message.body, headers)).toThrow();
    const old = { ...signWebhook({ ...message, timestampSeconds: now() - 3_600 }, [secret]) };
    expect(() => webhook.verify(message.body, old)).toThrow(/old/);
  });

  it('signs nothing when one of the secrets is malformed', () => {
    const message = { id: 'event-1', timestampSeconds: 1, body: '' };
    expect(signWebhook(message, [newSigningSecret(), 'whsec_not base64'])).toBeNull();
  });
});
