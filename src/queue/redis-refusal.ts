/** Why the queue cannot use its Redis, as it may be logged. */
export interface RedisTrouble {
  /** Redis's own code, e.g. `NOAUTH`; `AWAY` when it does not answer at all. */
  readonly code: string;
  /** The words of Redis or of the socket, without anything a command carried. */
  readonly words: string;
  /** A sentence with the mend; empty when there is nothing to do but wait. */
  readonly advice: string;
  /** True for an error that another one has caused, e.g. a command on a connection that was refused. */
  readonly isConsequence: boolean;
}

const CREDENTIALS = 'Check user and password of REDIS_URL.';
const CLUSTER = 'It is a cluster: add ?cluster=true to REDIS_URL.';
const REPLICA = 'REDIS_URL leads to a replica: it must lead to the primary. Connections are renewed until it does.';

/** By code: the mend. Redis 6 wraps the code of a script's error into other words, so it is looked for anywhere. */
const ADVICE: Readonly<Record<string, string>> = Object.freeze({
  NOAUTH: CREDENTIALS,
  WRONGPASS: CREDENTIALS,
  NOPERM: 'The ACL of its user must allow what docs/operations.md lists.',
  READONLY: REPLICA,
  UNBLOCKED: REPLICA,
  MASTERDOWN: 'The replica has lost its primary: REDIS_URL must lead to a primary.',
  NOREPLICAS: 'Too few of its replicas are there (min-replicas-to-write).',
  OOM: 'It is full: give it memory (maxmemory), or an instance without the data of others.',
  MISCONF: 'It cannot save to its disk: see its log.',
  LOADING: 'It is loading its data.',
  BUSY: 'A script of another client does not end: SCRIPT KILL ends it.',
  CROSSSLOT: CLUSTER,
  MOVED: CLUSTER,
  ASK: CLUSTER,
  CLUSTERDOWN: 'A part of the cluster is not served: see CLUSTER INFO.',
  TRYAGAIN: 'The cluster is moving slots.',
  DENIED: 'Its protected mode is on: give it a password, or bind it to a private address.',
  WRONGTYPE: 'Another program uses our keys: give the service a Redis, or a database of its own.',
});

const CODES = new RegExp(`\\b(${Object.keys(ADVICE).join('|')})\\b`);
/** Newer codes, and those of proxies in front of Redis, have the same shape. */
const ANY_CODE = /^([A-Z][A-Z0-9_]{2,31}) /;
/** Words of ioredis for a command that found no connection: the error of the connection says more. */
const CONSEQUENCES =
  /^(Stream isn't writeable|Connection is closed|Command aborted|Reached the max retries|Cluster isn't ready|Cluster is ended|Timed out|None of startup nodes is available)/;
const MOST_CHARACTERS = 200;

/** Reads an error of a connection or of a command. Every kind of value is taken. */
export function readTrouble(error: unknown): RedisTrouble {
  const words = describe(rootOf(error));
  const code = CODES.exec(words)?.[1] ?? ANY_CODE.exec(words)?.[1];
  return {
    code: code === 'ERR' || code === undefined ? (words.startsWith('ERR ') ? words.slice(0, 60) : 'AWAY') : code,
    words,
    advice: code === undefined ? '' : (ADVICE[code] ?? ''),
    isConsequence: CONSEQUENCES.test(words),
  };
}

/** Whether a new connection may be let in, or lead to another server, where this one is refused. */
export function isMendedByReconnecting(error: Error): boolean {
  return /\b(READONLY|UNBLOCKED|NOAUTH|MASTERDOWN)\b/.test(error.message);
}

/** A cluster out of reach keeps the reason of its last node, a refused transaction those of its commands. */
function rootOf(error: unknown): unknown {
  const { lastNodeError, previousErrors } = (error ?? {}) as { lastNodeError?: unknown; previousErrors?: unknown[] };
  return lastNodeError ?? previousErrors?.[0] ?? error;
}

/** An unknown command is quoted with its arguments, and AUTH may be one: they are cut off. */
function describe(error: unknown): string {
  const { message, code } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  // Refused connections to several addresses come as an AggregateError without a message.
  const words = message || code || String(error);
  return words
    .replace(/,? with args beginning with.*/is, '')
    .replace(/ script: [0-9a-f]{40}.*/s, '')
    .replace(/[.\s]+$/, '')
    .slice(0, MOST_CHARACTERS);
}
