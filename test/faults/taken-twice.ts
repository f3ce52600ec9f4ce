import type { World } from './world.js';

/**
 * How many deliveries were taken (answered 2xx) more than once. Where a receiver refuses on purpose, only these are
 * duplicates: repeating what was refused is what it asked for.
 */
export async function countTakenTwice(world: World): Promise<number> {
  const rows = await world.records.sql(
    'SELECT delivery_id FROM delivery_attempts WHERE status BETWEEN 200 AND 299 GROUP BY delivery_id HAVING count(*) > 1',
  );
  return rows.length;
}
