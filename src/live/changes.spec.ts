import { describe, expect, it, vi } from 'vitest';
import { type Change, ChangeCollector, Changes } from './changes.js';

function watch(changes: Changes): { told: Change[]; collector: ChangeCollector } {
  const told: Change[] = [];
  const collector = new ChangeCollector((change) => told.push(change));
  changes.watch(collector);
  return { told, collector };
}

describe('changes', () => {
  it('are gathered while there is a watcher', async () => {
    const changes = new Changes();
    changes.mark('actions', 'before');
    expect(changes.watched).toBe(false);
    const { told, collector } = watch(changes);
    changes.mark('actions', 'a');
    changes.mark('deliveries', 'b');
    changes.mark('actions', 'a');
    await expect.poll(() => told).toEqual([{ topics: ['actions', 'deliveries'], ids: ['a', 'b'] }]);
    changes.unwatch(collector);
    changes.mark('actions', 'after');
    expect(changes.watched).toBe(false);
    expect(told).toHaveLength(1);
  });

  it('of a transaction count when it is committed, whichever view of it they were marked in', async () => {
    const changes = new Changes();
    const { told } = watch(changes);
    const [tx, view, inner, lost] = [{}, {}, {}, {}];
    changes.alias(view, tx);
    changes.alias(inner, view);
    changes.markIn(tx, 'actions', 'a');
    changes.markIn(inner, 'deliveries', 'b');
    changes.markIn(lost, 'keys');
    changes.mark('jobs');
    await expect.poll(() => told).toEqual([{ topics: ['jobs'], ids: [] }]);
    changes.committed(tx);
    changes.committed(tx);
    await expect.poll(() => told).toHaveLength(2);
    expect(told[1]).toEqual({ topics: ['actions', 'deliveries'], ids: ['a', 'b'] });
  });

  it('of a topic are told soon, then once in a second, and those of another topic do not wait for them', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    try {
      const changes = new Changes();
      const { told } = watch(changes);
      const at: string[] = [];
      for (let passed = 0; passed < 3_000; passed += 25) {
        changes.mark('actions', String(passed));
        if (passed === 300) changes.mark('keys');
        const before = told.length;
        vi.advanceTimersByTime(25);
        for (const { topics } of told.slice(before)) at.push(`${passed + 25} ${topics.join(' ')}`);
      }
      expect(at).toEqual(['50 actions', '350 actions keys', '1350 actions', '2350 actions']);
      expect(told.map(({ ids }) => ids.length)).toEqual([2, 12, 40, 40]);
      vi.advanceTimersByTime(10_000);
      changes.mark('actions');
      vi.advanceTimersByTime(50);
      expect(told).toHaveLength(6);
    } finally {
      vi.useRealTimers();
    }
  });
});
