import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NewDelivery } from '../src/delivery/delivery.js';
import { newSigningSecret } from '../src/delivery/signing-secrets.js';
import { type RunningApp, startApp } from './support/app.js';
import { Receiver } from './support/receiver.js';
import { Records } from './support/records.js';
import { deliverThrough, newDelivery, ScriptedChannel } from './support/scripted-channel.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

let database: TestDatabase;
let records: Records;
let receiver: Receiver;
let service: RunningApp;
let channel: ScriptedChannel;
let deliver: (...deliveries: NewDelivery[]) => Promise<void>;

beforeAll(async () => {
  database = await createTestDatabase();
  records = new Records(database);
  receiver = await Receiver.start();
  service = await startApp({ databaseUrl: database.url });
  channel = new ScriptedChannel('signed');
  deliver = deliverThrough(service, channel);
});
afterAll(async () => {
  await service.close();
  await receiver.stop();
  await database.drop();
});

async function untilStatus(delivery: NewDelivery, status: string): Promise<void> {
  await expect
    .poll(() => records.sql('SELECT status FROM deliveries WHERE id = $1', [delivery.id]), { timeout: 10_000 })
    .toEqual([{ status }]);
}

describe('a callback with signing secrets', () => {
  it('is verified by the reference library with each secret, on every attempt, under one id', async () => {
    const secrets = [newSigningSecret(), newSigningSecret()];
    channel.prepareOne = () => ({ kind: 'ready', headers: {}, signingSecrets: secrets });
    receiver.answer = (response, _request, count) => response.writeHead(count < 3 ? 503 : 204).end();
    const path = `/${randomUUID()}`;
    const delivery = newDelivery(channel, receiver.url + path);
    await deliver(delivery);
    await untilStatus(delivery, 'delivered');
    const requests = receiver.of(path);
    expect(requests).toHaveLength(3);
    for (const { headers, body } of requests) {
      expect(headers['webhook-id']).toBe(delivery.eventId);
      for (const secret of secrets) {
        expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toEqual({ name: 'Zoë' });
      }
    }
  });

  it('is held, not sent unsigned, when a secret is malformed', async () => {
    channel.prepareOne = () => ({ kind: 'ready', headers: {}, signingSecrets: ['whsec_?'] });
    const path = `/${randomUUID()}`;
    const delivery = newDelivery(channel, receiver.url + path);
    await deliver(delivery);
    await untilStatus(delivery, 'held');
    expect(receiver.of(path)).toHaveLength(0);
  });
});

describe('a receiver that echoes what it got', () => {
  it('puts none of our secrets into the database', async () => {
    const canary = `canary-${randomUUID()}`;
    const secret = newSigningSecret();
    const headers = {
      Authorization: `Basic ${Buffer.from(`user-${canary}:pass/"${canary}"`).toString('base64')}`,
      'X-Callback-Token': `token-${canary}`,
      'X-Api-Key': `key-${canary}`,
    };
    channel.prepareOne = () => ({ kind: 'ready', headers, signingSecrets: [secret] });
    receiver.answer = (response, request) => {
      const { authorization = '' } = request.headers;
      const decoded = Buffer.from(authorization.replace('Basic ', ''), 'base64').toString();
      const [user, password] = decoded.split(':');
      const echo = JSON.stringify({ headers: request.headers, decoded, user, password, signedWith: secret });
      response.writeHead(500, { server: authorization, via: `1.1 ${String(request.headers['x-api-key'])}` });
      // Once more where the excerpt is cut, in the middle of a secret.
      response.end(
        `${echo}${decoded}${'.'.repeat(16_384 - echo.length - decoded.length - 20)}${headers['X-Callback-Token']}`,
      );
    };
    const delivery = newDelivery(channel, `${receiver.url}/${randomUUID()}`);
    await deliver(delivery);
    await untilStatus(delivery, 'dead');
    const attempts = await records.sql<{ headers: Record<string, string>; excerpt: Buffer }>(
      'SELECT * FROM delivery_attempts WHERE delivery_id = $1 ORDER BY number',
      [delivery.id],
    );
    expect(attempts).toHaveLength(3);
    for (const attempt of attempts) {
      const text = attempt.excerpt.toString('latin1');
      expect(text).toContain('[redacted]');
      expect(text).toMatch(/\.\[redacted\]$/);
      expect(attempt.headers).toMatchObject({ server: '[redacted]', via: '1.1 [redacted]' });
      const stored = `${text} ${JSON.stringify({ ...attempt, excerpt: null })}`;
      for (const part of [canary, secret.slice(6), headers.Authorization.slice(6)]) expect(stored).not.toContain(part);
    }
    const rows = await records.sql('SELECT * FROM deliveries WHERE id = $1', [delivery.id]);
    expect(JSON.stringify(rows)).not.toContain(canary);
  });
});
