import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AppConfig } from '../src/config/config.js';
import { Database } from '../src/database/database.js';
import { DeliveriesRepository } from '../src/delivery/deliveries.repository.js';
import { DeliveryAttempt } from '../src/delivery/delivery-attempt.js';
import { DeliveryClient } from '../src/delivery/delivery-client.js';
import type { LeasedDelivery } from '../src/delivery/delivery.js';
import { AddressPolicy } from '../src/security/address-policy.js';
import { FAULT_AUTHORITY, SERVER_CERTIFICATES, SERVER_KEY } from './faults/certificates.js';
import { newDelivery, ScriptedChannel } from './support/scripted-channel.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

/** Every byte there is, again and again, and more of it than is kept. */
const BODY = Buffer.from(Array.from({ length: 40_000 }, (_, index) => index % 256));

let test: TestDatabase;
let client: DeliveryClient;
let url: string;
const server = createServer({ key: SERVER_KEY, cert: SERVER_CERTIFICATES.good }, (request, response) => {
  request.resume();
  setTimeout(() => {
    const headers = { 'content-type': 'application/octet-stream', 'retry-after': '7', 'set-cookie': 'a=b' };
    response.writeHead(503, headers).end(BODY);
  }, 30);
});

beforeAll(async () => {
  test = await createTestDatabase();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `https://localhost:${(server.address() as AddressInfo).port}/`;
  const outbound = { allowHttp: false, allowCidrs: [], loopbackOnly: true };
  client = new DeliveryClient(new AddressPolicy({ outbound } as unknown as AppConfig), { ca: FAULT_AUTHORITY });
});
afterAll(async () => {
  await client.onApplicationShutdown();
  server.closeAllConnections();
  server.close();
  await test.drop();
});

const CONFIG = { delivery: { concurrency: 4 } } as unknown as AppConfig;

/** Makes one attempt against the https server and records it. @returns its row. */
async function record(channel: ScriptedChannel): Promise<Record<string, unknown> | undefined> {
  const database = new Database(test.dataSource);
  const repository = new DeliveriesRepository(database);
  const delivery = newDelivery(channel, url);
  const leased: LeasedDelivery = {
    ...delivery,
    destinationId: delivery.destination.id,
    leaseToken: randomUUID(),
    attemptNumber: 1,
    attemptCount: 1,
    trigger: 'auto',
    lastStatus: null,
    crashCount: 0,
    expiresAtMs: null,
  };
  await database.transaction((tx) => repository.insert(tx, [delivery], [leased.leaseToken], 60_000));
  const settlement = await new DeliveryAttempt(client, CONFIG).make(channel, leased, { kind: 'ready', headers: {} });
  await database.transaction((tx) => repository.settle(tx, [settlement]));
  const rows: unknown = await test.dataSource.query('SELECT * FROM delivery_attempts WHERE delivery_id = $1', [
    leased.id,
  ]);
  return (rows as Record<string, unknown>[])[0];
}

describe('an attempt over https', () => {
  it('is recorded with the times of its new connection, the address, and the answer byte for byte', async () => {
    const channel = new ScriptedChannel('tls');
    const first = await record(channel);
    expect(first).toMatchObject({
      number: 1,
      status: 503,
      error_class: 'server_error',
      error: null,
      resolved_ip: '127.0.0.1',
      retry_after_ms: '7000',
      headers: { 'content-type': 'application/octet-stream', 'retry-after': '7' },
    });
    expect(first?.['headers']).not.toHaveProperty('set-cookie');
    expect((first?.['excerpt'] as Buffer).equals(BODY.subarray(0, 16 * 1024))).toBe(true);
    const parts = ['dns_ms', 'connect_ms', 'tls_ms', 'first_byte_ms'].map((column) => first?.[column] as number);
    for (const part of parts) expect(part).toBeTypeOf('number');
    const [, , tlsMs, firstByteMs] = parts;
    expect(tlsMs).toBeGreaterThanOrEqual(0);
    expect(firstByteMs).toBeGreaterThanOrEqual(29);
    const total = first?.['total_ms'] as number;
    // Each part is rounded by itself.
    expect(parts.reduce((sum, part) => sum + part, 0)).toBeLessThanOrEqual(total + 2);
  });
});
