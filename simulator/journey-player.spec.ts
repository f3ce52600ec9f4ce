import { afterEach, describe, expect, it } from 'vitest';
import { FakeService } from './fake-service.fixtures.js';
import { parseFaults } from './faults.js';
import { playJourney } from './journey-player.js';
import { summarize, type JourneyResult } from './journey-result.js';
import { findService, SHIPPED_SERVICES } from './service-finder.js';
import type { EntityType } from './service-contract.js';
import { Simulation } from './simulation.js';
import { writeReport } from './report.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Setting {
  readonly faults?: readonly string[];
  readonly breakBody?: (body: string) => string;
  readonly deliveries?: number;
  readonly busy?: number;
}

async function journey(setting: Setting): Promise<JourneyResult & { simulation: Simulation; report: string }> {
  const options = { port: 0, clientId: 'simulator', secrets: ['simulator-secret'], seed: 'spec' };
  const { simulation, base } = await Simulation.start({ ...options, faults: parseFaults(setting.faults ?? []) });
  closing.push(() => simulation.close());
  const service = new FakeService(base, setting.breakBody, setting.deliveries);
  service.busy = setting.busy ?? 0;
  const url = await service.listen();
  closing.push(() => service.close());
  const counts: Record<EntityType, number> = { lead: 30, account: 10, accountPerson: 8 };
  const steps = await Promise.all(
    (Object.keys(counts) as EntityType[]).map(async (type) => ({
      service: await findService(url, type, SHIPPED_SERVICES[type], null),
      count: counts[type],
    })),
  );
  await playJourney(
    { runId: 'run', seed: 'spec', apiKey: null, callbackBase: base, steps, concurrency: 8, timeoutMinutes: 1 },
    simulation.ledger,
  );
  const result = summarize(simulation.ledger);
  const contracts = steps.map((step) => step.service.contract);
  return { ...result, simulation, report: writeReport(simulation.ledger, result, contracts) };
}

describe('playJourney', () => {
  it('sees every callback of a good service once, valid, on the path its values lead to', async () => {
    const { summary, clean, complaints, simulation, report } = await journey({});
    expect(complaints).toEqual([]);
    expect(summary).toMatchObject({
      submitted: 48,
      acknowledged: 48,
      callbacks: 48,
      valid: 48,
      duplicates: 0,
      failed: 0,
    });
    expect(summary.paths.lead).toEqual({ 'path-1': 30 });
    expect(summary.p50Ms).toBeGreaterThanOrEqual(0);
    expect(clean).toBe(true);
    expect(simulation.ims.tokenRequests).toBe(1);
    expect(report).toContain('Every callback came once, in time and valid.');
  });

  it('gets everything in the end when the endpoint fails at first, and calls no retry a duplicate', async () => {
    const { summary, clean, simulation } = await journey({ faults: ['5xx=0.3', '429=0.2', '401=0.1', 'drop=0.3'] });
    expect(simulation.ledger.faults).toBeGreaterThan(10);
    expect(summary).toMatchObject({ callbacks: 48, valid: 48, duplicates: 0 });
    expect(clean).toBe(true);
  });

  it('submits again with the same token while the service is busy', async () => {
    const { summary, clean } = await journey({ busy: 5 });
    expect(summary).toMatchObject({ submitted: 48, acknowledged: 48, valid: 48 });
    expect(clean).toBe(true);
  });

  it('counts a second delivery after a 2xx as a duplicate', async () => {
    const { summary, clean } = await journey({ deliveries: 2 });
    expect(summary).toMatchObject({ callbacks: 48, valid: 48, duplicates: 48 });
    expect(clean).toBe(false);
  });

  it('reports callbacks that break the contract', async () => {
    const spoil = (body: string): string => body.replace('"grade":"A"', '"grade":"Q"');
    const { summary, clean, complaints, report } = await journey({ breakBody: spoil });
    expect(summary).toMatchObject({ callbacks: 48, valid: 0 });
    expect(clean).toBe(false);
    expect(complaints[0]?.[0]).toMatch(/grade is "Q"/);
    expect(report).toContain('NOT everything');
  });

  it('counts failures reported in due form as valid', async () => {
    const fail = (body: string): string =>
      body
        .replace(/"activityData":\{[^}]*\}/, '"activityData":{"success":false,"errorCode":"NOT_FOUND","reason":"x"}')
        .replaceAll(/,"(email|industry)":("[^"]*")/g, '')
        .replaceAll(/,"leadData":\{"checkedOn"[^}]*\}/g, '')
        .replaceAll(/,"accessorValues":\{[^}]*\}/g, '');
    const { summary, clean, complaints } = await journey({ breakBody: fail });
    expect(complaints).toEqual([]);
    expect(summary).toMatchObject({ valid: 48, failed: 48, paths: { lead: { 'timeout-or-error': 30 } } });
    expect(clean).toBe(true);
  });
});
