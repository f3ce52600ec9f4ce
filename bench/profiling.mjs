// `--profile`: one more round with the service under a profiler, which never belongs to the numbers.
import { join } from 'node:path';
import { summarizeProfile } from './profile.mjs';

const STOP_WITHIN_MS = 120_000;

/** Profiles every process of a contender while `run` runs; does nothing unless it was asked for. */
export async function profileRound(world, contender, name, run) {
  if (world.profileFolder === null) return;
  for (const child of contender.children) await child.ask({ kind: 'profile-start' }, 'profiling');
  await run();
  for (const [index, child] of contender.children.entries()) {
    const file = join(world.profileFolder, `${name}-${index}.cpuprofile`);
    await child.ask({ kind: 'profile-stop', file }, 'profiled', STOP_WITHIN_MS);
    world.say(`\n${child.name}: ${file}\n${await summarizeProfile(file)}\n`);
  }
}
