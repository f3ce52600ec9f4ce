import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

const RANDOM_BYTES = 16;
const random = new Uint8Array(RANDOM_BYTES * 256);
let used = random.length;

/** Random bytes for one id; drawn for many at once, because a draw costs more than all the rest of an id. */
function rng(): Uint8Array {
  if (used === random.length) {
    randomFillSync(random);
    used = 0;
  }
  used += RANDOM_BYTES;
  return random.subarray(used - RANDOM_BYTES, used);
}

/** A uuidv7 for rows that are made by the thousand: ordered by the millisecond, in no order within it. */
export function newId(): string {
  return v7({ rng });
}

/** Milliseconds since 1970 at which {@link newId} made an id; null for an id of another kind. */
export function timeOfId(id: string): number | null {
  // The version stands in the fifteenth place, the time in the twelve digits before it.
  return id.length === 36 && id[14] === '7' ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : null;
}
