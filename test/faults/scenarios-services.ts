import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call, TEST_ADMIN_KEY } from '../support/app.js';
import { PROJECT_ROOT, type ServiceProcess } from '../support/service-process.js';
import type { Outcome } from './outcome.js';
import type { Scenario } from './scenario.js';
import { inWorld, type World } from './world.js';

/** kill -9 while the services are replaced: the next process serves the folder, and every action ends. */
export const SERVICES_SCENARIOS: readonly Scenario[] = (
  [
    ['before a new version of the services is in force', 'services.before-switch'],
    ['right after a new version of the services is in force', 'services.after-switch'],
  ] as const
).map(([when, failpoint]) => ({
  group: 'kill' as const,
  fault: `kill -9 ${when} (${failpoint})`,
  run: async ({ rig }) => {
    const folder = mkdtempSync(join(tmpdir(), 'ricochet-services-'));
    cpSync(join(PROJECT_ROOT, 'services'), folder, { recursive: true });
    try {
      const env = { SERVICES_DIR: folder };
      return await inWorld(rig, { env }, (world) => killedReplacing(world, folder, failpoint));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
}));

async function killedReplacing(world: World, folder: string, failpoint: string): Promise<Outcome> {
  const doomed = await world.start({ failpoints: `${failpoint}=kill` }, 0);
  const before = await versionOf(doomed);
  const stream = world.submitter.stream({ lanes: 3, pauseMs: 40 });
  await world.submitter.submitMany(10);
  replace(folder);
  await world.untilKilled(doomed);
  const next = await world.start({}, 0);
  const since = performance.now();
  await stream.stop();
  const after = await versionOf(next);
  world.expect(after !== before, `version ${after} is served after the kill, as before it`);
  return world.verify({ since });
}

/** Another time for new requests, whole at once. */
function replace(folder: string): void {
  const path = join(folder, 'contact-quality.yaml');
  const text = readFileSync(path, 'utf8')
    .replace(/^timeout: .*$/m, '')
    .concat('\ntimeout: 59\n');
  writeFileSync(`${path}.tmp`, text);
  renameSync(`${path}.tmp`, path);
}

async function versionOf(service: ServiceProcess): Promise<string> {
  const { body } = await call('GET', `${service.url}/admin/status`, { authorization: `Bearer ${TEST_ADMIN_KEY}` });
  return (body['definitions'] as { version: string }).version;
}
