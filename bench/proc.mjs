// CPU and memory of processes, as Linux counts them.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const TICK_MS = 1000 / readTicksPerSecond();

function readTicksPerSecond() {
  try {
    return Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  } catch {
    // Linux has had no other for programs since 2.6.
    return 100;
  }
}

/** Milliseconds of CPU a process has used, or 0 for one that is gone. */
export function cpuMs(pid) {
  const fields = statOf(pid);
  return fields === null ? 0 : (fields.user + fields.system) * TICK_MS;
}

/** The same with its children, also those that have ended: what a PostgreSQL server costs, its backends included. */
export function cpuMsOfFamily(pid) {
  let ticks = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const fields = statOf(Number(name));
    if (fields === null || (fields.parent !== pid && Number(name) !== pid)) continue;
    ticks += fields.user + fields.system;
    if (Number(name) === pid) ticks += fields.endedChildren;
  }
  return ticks * TICK_MS;
}

/** Milliseconds the machine's cores were busy and existed, since it started. */
export function machineMs() {
  const [user, nice, system, idle, ioWait, irq, softIrq, steal] = /^cpu +(.*)$/m
    .exec(readFileSync('/proc/stat', 'utf8'))[1]
    .split(' ')
    .map(Number);
  const busy = user + nice + system + irq + softIrq + steal;
  return { busyMs: busy * TICK_MS, allMs: (busy + idle + ioWait) * TICK_MS };
}

/** Resident memory of a process in bytes. */
export function residentBytes(pid) {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;
}

function statOf(pid) {
  let text;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    // It ended meanwhile.
    return null;
  }
  // The name in parentheses may hold anything; the numbers begin behind it with field 3.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const at = (number) => Number(fields[number - 3]);
  return { parent: at(4), user: at(14), system: at(15), endedChildren: at(16) + at(17) };
}
