import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startRedisOn, type TestRedis } from './test-redis.js';

/** Slots of a cluster, shared evenly by its nodes. */
const SLOTS = 16_384;
const NODES = 3;
const FORMED_WITHIN_MS = 20_000;

/** A Redis Cluster of three primaries on loopback, of one test file, empty when it starts. */
export interface TestCluster {
  /** Of its first node, without `?cluster=true`. */
  readonly nodeUrl: string;
  readonly url: string;
  readonly nodes: readonly TestRedis[];
  /** Runs the work on every node. */
  each(work: (node: Redis, index: number) => Promise<unknown>): Promise<void>;
  /** The index of the node that owns the slot of the key. */
  ownerOf(key: string): Promise<number>;
  /** Kills a node; its slots have no owner until it is restored. */
  lose(index: number): Promise<void>;
  /** Starts it again, as the same node, and waits until the cluster is whole. */
  restore(index: number): Promise<void>;
  stop(): Promise<void>;
}

/** @param settings further flags of every node. */
export async function startCluster(settings: readonly string[] = []): Promise<TestCluster> {
  const nodes = await Promise.all(Array.from({ length: NODES }, () => startNode(settings)));
  const each = async (work: (node: Redis, index: number) => Promise<unknown>): Promise<void> => {
    for (const [index, { url }] of nodes.entries()) await onNode(url, (node) => work(node, index));
  };
  const untilWhole = (): Promise<void> =>
    each(async (node) => {
      const giveUpAt = performance.now() + FORMED_WITHIN_MS;
      while (!isWhole((await node.call('CLUSTER', 'INFO')) as string)) {
        if (performance.now() > giveUpAt) throw new Error('the cluster does not form');
        await sleep(50);
      }
    });
  const share = Math.ceil(SLOTS / NODES);
  await each((node, index) =>
    node.call('CLUSTER', 'ADDSLOTSRANGE', index * share, Math.min((index + 1) * share, SLOTS) - 1),
  );
  const [first] = nodes;
  if (first === undefined) throw new Error('a cluster has nodes');
  await onNode(first.url, async (node) => {
    for (const { url } of nodes.slice(1)) await node.call('CLUSTER', 'MEET', '127.0.0.1', new URL(url).port);
  });
  await untilWhole();
  return {
    nodeUrl: first.url,
    url: `${first.url}?cluster=true`,
    nodes,
    each,
    ownerOf: async (key) => {
      const slot = await onNode(first.url, async (node) => Number(await node.call('CLUSTER', 'KEYSLOT', key)));
      return Math.floor(slot / share);
    },
    lose: async (index) => nodes[index]?.kill(),
    restore: async (index) => {
      await nodes[index]?.restart();
      await untilWhole();
    },
    stop: async () => {
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}

async function startNode(settings: readonly string[]): Promise<TestRedis> {
  // The port of the bus is the node's plus 10,000: only the lower half of the ports has room for both.
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    try {
      return await startRedisOn(port, ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000', ...settings]);
    } catch {
      // Taken: another one.
    }
  }
  throw new Error('no port was free for a node of a cluster');
}

async function onNode<Result>(url: string, work: (node: Redis) => Promise<Result>): Promise<Result> {
  const node = new Redis(url);
  try {
    return await work(node);
  } finally {
    node.disconnect();
  }
}

function isWhole(info: string): boolean {
  return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${NODES}`);
}
