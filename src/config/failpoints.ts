import { EnvironmentError } from './config.errors.js';
import type { Environment } from './env-variable.js';

/** Places where the fault suite may end or stall a process: the moments between which work can be lost or doubled. */
export const FAILPOINTS = Object.freeze([
  'intake.before-commit',
  'intake.after-commit',
  'enrich.claimed',
  'enrich.mid',
  'async-call.after-commit',
  'async-call.before-start',
  'async-call.before-mark',
  'finish.before-commit',
  'finish.after-commit',
  'deliver.claimed',
  'deliver.before-send',
  'deliver.mid-http',
  'deliver.after-answer',
  'settle.before-commit',
  'settle.after-commit',
  'sweep.leases',
  'sweep.deadlines',
  'sweep.retention',
  'sweep.erase',
  'lookup.mid-upload',
  'lookup.before-switch',
  'lookup.after-switch',
  'services.before-switch',
  'services.after-switch',
  'migrate',
] as const);

/** The name of a place. */
export type Failpoint = (typeof FAILPOINTS)[number];

interface Armed {
  readonly action: { readonly kind: 'kill' } | { readonly kind: 'stall'; readonly ms: number };
  /** Passages until it acts; it acts once. */
  left: number;
}

/** Null in every process but the fault suite's: a passage then costs one comparison. */
let armed: Map<Failpoint, Armed> | null = null;

/**
 * Arms failpoints as `name=kill`, `name=kill@3` (at the third passage) or `name=stall:5000` (blocks the event loop),
 * separated by commas; nothing arms none.
 * @throws EnvironmentError in production, and for what it cannot read.
 */
export function armFailpoints(text: string | undefined, environment: Environment): void {
  const parts = (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length === 0) {
    armed = null;
    return;
  }
  if (environment === 'production') throw refusal('ends processes on purpose and is refused in production');
  armed = new Map(parts.map(readOne));
}

/** Passes a place; an armed one may never return. */
export function failpoint(name: Failpoint): void {
  if (armed !== null) act(armed, name);
}

/** The same in the next turn of the event loop, when what was written by now has left the process. */
export function failpointSoon(name: Failpoint): void {
  if (armed !== null) setImmediate(failpoint, name);
}

function act(points: Map<Failpoint, Armed>, name: Failpoint): void {
  const point = points.get(name);
  if (point === undefined) return;
  point.left -= 1;
  if (point.left !== 0) return;
  const { action } = point;
  switch (action.kind) {
    case 'kill':
      process.kill(process.pid, 'SIGKILL');
      return;
    case 'stall':
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, action.ms);
      return;
    default:
      action satisfies never;
  }
}

function readOne(text: string): [Failpoint, Armed] {
  const [, word, kind, ms, at] = /^([\w.-]+)=(?:(kill)|stall:(\d+))(?:@([1-9]\d*))?$/.exec(text) ?? [];
  const name = FAILPOINTS.find((known) => known === word);
  if (name === undefined) throw refusal(`has an entry that names no failpoint or no action: "${text}"`);
  return [
    name,
    { action: kind === 'kill' ? { kind: 'kill' } : { kind: 'stall', ms: Number(ms) }, left: Number(at ?? 1) },
  ];
}

function refusal(problem: string): EnvironmentError {
  const remedy = `leave it out, or in development write name=kill[@passage] or name=stall:milliseconds[@passage]`;
  return new EnvironmentError([{ name: 'FAILPOINTS', problem, remedy }]);
}
