// Where and of what a run was made: without it no number means anything.
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { DURABLE_PACKAGES } from './durable-packages.mjs';

const ROOT = join(import.meta.dirname, '..');

export function describeMachine() {
  const [first] = cpus();
  return {
    cpu: first?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    os: `${type()} ${release()}`,
    /** Of the minute before: on a machine that does other things, only ratios mean something. */
    loadBefore: Number(loadavg()[0].toFixed(2)),
  };
}

/** Versions of everything that takes part. */
export async function describeVersions(world) {
  const [{ version }] = await world.query(world.postgresUrl, `SELECT current_setting('server_version') AS version`);
  const [{ fsync }] = await world.query(world.postgresUrl, `SELECT current_setting('fsync') AS fsync`);
  const packages = ['@nestjs/core', 'fastify', 'pg', 'undici', 'bull', 'bullmq', 'express', 'ioredis'];
  const versions = await Promise.all(packages.map(versionOf));
  return {
    node: process.version,
    postgres: version,
    fsync,
    redis: world.redisVersion,
    ...Object.fromEntries(packages.map((name, index) => [name, versions[index]])),
    ...(world.prepared.durable !== undefined && DURABLE_PACKAGES),
  };
}

async function versionOf(name) {
  return JSON.parse(await readFile(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')).version;
}

/** The commit of the sources, with a mark when they differ from it. */
export function describeCommit(dist) {
  try {
    return git(dist, 'rev-parse', '--short=12', 'HEAD') + markOfChanges(dist);
  } catch {
    return 'unknown';
  }
}

/** The tag of the sources, or their commit where they have none. */
export function describeVersion(dist) {
  try {
    return git(dist, 'describe', '--tags', '--exact-match', 'HEAD') + markOfChanges(dist);
  } catch {
    return describeCommit(dist);
  }
}

function markOfChanges(dist) {
  return git(dist, 'status', '--porcelain', '--untracked-files=no', '--', ':/src', ':/migrations') === ''
    ? ''
    : '+changes';
}

function git(dist, ...args) {
  return execFileSync('git', args, { cwd: dist, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}
