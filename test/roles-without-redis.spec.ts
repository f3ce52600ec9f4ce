import { request } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { call, TEST_ADMIN_KEY } from './support/app.js';
import { TwoHalves } from './support/two-halves.js';

/** Far beyond what a test waits: whatever comes sooner was rung for. */
const NO_POLLS = { POLL_MS: '60000' };

describe('an api and workers that meet in PostgreSQL alone', () => {
  let halves: TwoHalves;

  beforeAll(async () => {
    halves = await TwoHalves.open();
  });
  afterEach(() => halves.stop());
  afterAll(() => halves.close());

  async function endSessions(purpose: string): Promise<void> {
    await halves.database.dataSource.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name LIKE 'ricochet-%-' || $1`,
      [purpose],
    );
  }

  it('work without a poll, retries included, and say what they ring by', { timeout: 120_000 }, async () => {
    const api = await halves.start(NO_POLLS, 2);
    await halves.flow(api);
    const status = await call('GET', `${api.url}/admin/status`, { authorization: `Bearer ${TEST_ADMIN_KEY}` });
    expect(status.body['queue']).toEqual({ kind: 'postgres', connected: true });
    const ready = await request(`${api.url}/health/ready`);
    expect(await ready.body.json()).toMatchObject({ status: 'ok', checks: { queue: 'up' } });
  });

  it('lose nothing when the sessions of their rings are ended, again and again', { timeout: 120_000 }, async () => {
    const api = await halves.start({}, 2);
    await halves.flow(api, async (submitted) => {
      if (submitted % 10 === 0) await endSessions('notify');
      if (submitted % 10 === 5) await endSessions('listen');
    });
  });
});
