import type { DeliveryStatus } from './delivery.js';

/** Which part of the service makes a move. */
export type DeliveryMover =
  | 'outbox' // writes the row
  | 'stage' // claims it and settles its attempt
  | 'sweep' // takes back what a process left, and ends what is over
  | 'registration' // changed, paused or removed
  | 'administrator' // sends again, switches a destination on
  | 'erasure';

/** The moves that one statement makes: from each of these statuses it may lead to each of those. */
export interface DeliveryTransition {
  /** The name of the SQL statement. */
  readonly statement: string;
  readonly by: DeliveryMover;
  /** Empty: the statement makes the row. */
  readonly from: readonly DeliveryStatus[];
  readonly to: readonly DeliveryStatus[];
  /** Why the row moves, for people. */
  readonly because: string;
}

/** The only moves there are, statement by statement. A spec compares them with the SQL and with the CHECK in Postgres. */
export const DELIVERY_TRANSITIONS = deepFreeze([
  {
    statement: 'deliveries.insert',
    by: 'outbox',
    from: [],
    to: ['pending', 'delivering', 'held'],
    because: 'an action finished or an event was published; born leased where the process has a free place',
  },
  {
    statement: 'deliveries.claimDue',
    by: 'stage',
    from: ['pending'],
    to: ['delivering'],
    because: 'it is due and its destination has room',
  },
  {
    statement: 'destinations.claimProbes',
    by: 'stage',
    from: ['pending'],
    to: ['delivering'],
    because: 'it is let through to a half-open destination',
  },
  {
    statement: 'deliveries.claimSuspects',
    by: 'stage',
    from: ['pending'],
    to: ['delivering'],
    because: 'a process ended while it had the delivery; it is tried apart from the others',
  },
  {
    statement: 'deliveries.settle',
    by: 'stage',
    from: ['delivering'],
    to: ['pending', 'delivered', 'dead', 'expired', 'held', 'cancelled'],
    because: 'its attempt was made, or could not begin',
  },
  {
    statement: 'deliveries.releaseLeases',
    by: 'stage',
    from: ['delivering'],
    to: ['pending'],
    because: 'the process stops and gives it back',
  },
  {
    statement: 'deliveries.reclaimExpired',
    by: 'sweep',
    from: ['delivering'],
    to: ['pending', 'dead'],
    because: 'its lease ran out; dead if it is to blame, or if it may be sent only once and may have been',
  },
  {
    statement: 'deliveries.convict',
    by: 'sweep',
    from: ['pending'],
    to: ['dead'],
    because: 'it ended the process that sent it three times',
  },
  {
    statement: 'deliveries.expireWaiting',
    by: 'sweep',
    from: ['pending', 'held'],
    to: ['expired'],
    because: 'its time was up while it waited',
  },
  {
    statement: 'heldDeliveries.releaseReadable',
    by: 'sweep',
    from: ['held'],
    to: ['pending'],
    because: 'the secret or credential it needs is there again',
  },
  {
    statement: 'destinationHolds.holdPending',
    by: 'sweep',
    from: ['pending'],
    to: ['held'],
    because: 'its destination is switched off',
  },
  {
    statement: 'destinationHolds.release',
    by: 'administrator',
    from: ['held'],
    to: ['pending'],
    because: 'its destination is switched on',
  },
  {
    statement: 'deliveryMoves.follow',
    by: 'registration',
    from: ['held'],
    to: ['pending'],
    because: 'its registration has another address, and that one is switched on',
  },
  {
    statement: 'deliveryMoves.cancel',
    by: 'registration',
    from: ['pending', 'held'],
    to: ['cancelled'],
    because: 'its registration was removed',
  },
  {
    statement: 'resend.requeue',
    by: 'administrator',
    from: ['delivered', 'dead', 'expired', 'held', 'cancelled'],
    to: ['pending'],
    because: 'it is sent again',
  },
  {
    statement: 'deliveryErasure.stop',
    by: 'erasure',
    from: ['pending', 'held'],
    to: ['cancelled'],
    because: 'the person it tells of is forgotten',
  },
] as const satisfies readonly DeliveryTransition[]);

/** Every pair of statuses that some statement leads through. A walk over them is a possible life of a delivery. */
export function nextStatuses(from: DeliveryStatus): DeliveryStatus[] {
  const transitions: readonly DeliveryTransition[] = DELIVERY_TRANSITIONS;
  return [...new Set(transitions.flatMap((one) => (one.from.includes(from) ? one.to : [])))];
}

function deepFreeze<const Rows extends readonly DeliveryTransition[]>(rows: Rows): Rows {
  for (const row of rows) {
    Object.freeze(row.from);
    Object.freeze(row.to);
    Object.freeze(row);
  }
  return Object.freeze(rows);
}
