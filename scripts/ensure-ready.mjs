// Before every command a user types: installs and builds what is missing or stale, so that any command works on a
// fresh clone. Says what it does in one line on stderr, because stdout belongs to the command. Dependency-free.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { findBuildReason, findInstallReason, isCheckout, root } from './build-state.mjs';

const OLDEST_NODE = [20, 19];
const LOCK_POLL_MS = 200;
/** A lock without a process id after this long belongs to one that died in between. */
const LOCK_BIRTH_MS = 5_000;

const installOnly = process.argv.includes('--install-only');
const lock = join(
  tmpdir(),
  `ricochet-ready-${userInfo().uid}-${createHash('sha256').update(root).digest('hex').slice(0, 16)}`,
);

function findReason() {
  return findInstallReason() ?? (installOnly ? null : findBuildReason());
}

function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    console.error(`ricochet needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.version}`);
    process.exit(1);
  }
}

/** npm would empty the folder behind the link, which is another checkout's. */
function refuseLinkedModules(reason) {
  if (lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink() !== true) return;
  console.error(`ricochet: ${reason}, and node_modules is a link: run npm ci where it leads to`);
  release();
  process.exit(1);
}

function makeReady() {
  const installReason = findInstallReason();
  if (installReason !== null) {
    refuseLinkedModules(installReason);
    console.error(`ricochet: ${installReason}, running npm ci (about a minute)`);
    run('npm', ['ci', '--include=dev']);
  }
  const buildReason = installOnly ? null : findBuildReason();
  if (buildReason !== null) {
    console.error(`ricochet: ${buildReason}, building`);
    run(process.execPath, [join(root, 'scripts', 'build.mjs')]);
  }
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    console.error(`ricochet: ${command === 'npm' ? 'npm ci' : 'the build'} failed${error ? `: ${error.message}` : ''}`);
    release();
    process.exit(status ?? 1);
  }
}

function acquire() {
  for (let waited = false; ; waited = true) {
    try {
      mkdirSync(lock);
      writeFileSync(join(lock, 'pid'), String(process.pid));
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') {
        throw error;
      }
    }
    if (isAbandoned()) {
      takeAway();
      continue;
    }
    if (!waited) {
      console.error('ricochet: another command is installing or building, waiting for it');
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOCK_POLL_MS);
  }
}

function release() {
  rmSync(lock, { recursive: true, force: true });
}

/** Renamed first: of several who see a dead owner, one gets it. */
function takeAway() {
  const grave = `${lock}.${process.pid}`;
  try {
    renameSync(lock, grave);
    rmSync(grave, { recursive: true, force: true });
  } catch (error) {
    if (error.code !== 'ENOENT') {
      throw error;
    }
  }
}

function isAbandoned() {
  try {
    const pid = Number(readFileSync(join(lock, 'pid'), 'utf8'));
    if (pid > 0) {
      process.kill(pid, 0);
      return false;
    }
  } catch (error) {
    if (error.code === 'ESRCH') {
      return true;
    }
    if (error.code !== 'ENOENT') {
      return false;
    }
  }
  try {
    return Date.now() - statSync(lock).mtimeMs > LOCK_BIRTH_MS;
  } catch {
    return false;
  }
}

refuseOldNode();
if (isCheckout() && findReason() !== null) {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      release();
      process.exit(1);
    });
  }
  acquire();
  try {
    makeReady();
  } finally {
    release();
  }
}
