import type { DeliveryStatus } from '../../../src/delivery/delivery.js';
import type { WaitKind } from '../../../src/delivery/destination-wait.js';
import { asWords } from './words.js';

/** Why an attempt was made, by its trigger. */
const CAUSES: Readonly<Record<string, string>> = {
  auto: 'its schedule',
  manual: 'an administrator',
  bulk: 'sent again with others',
  test: 'a test',
};

export function causeOf(trigger: string): string {
  return CAUSES[trigger] ?? asWords(trigger);
}

/** Why a job leaves a delivery out, by the service's name for it. */
const SKIPS: Readonly<Record<string, string>> = {
  overdue: 'their time is up',
  moved: 'their registration has moved since',
  gone: 'their bodies were removed',
  underWay: 'they are under way already',
  changed: 'they changed meanwhile',
  delivered: 'they were delivered',
  cancelled: 'they were cancelled',
  unknown: 'they were removed',
};

export function skipOf(reason: string): string {
  return SKIPS[reason] ?? asWords(reason);
}

/** Why a set leaves out deliveries of a status. */
const OTHERS: Readonly<Record<DeliveryStatus, string>> = {
  pending: 'tried again by themselves; Try now on a row does it at once',
  delivering: 'being sent at this moment',
  delivered: 'arrived already',
  expired: 'past their time; choose the status expired to send them',
  cancelled: 'never sent',
  dead: 'choose the status dead to send them',
  held: 'choose the status held to send them',
};

export function otherOf(status: string): string {
  return (OTHERS as Readonly<Record<string, string>>)[status] ?? 'another status';
}

/** What a delivery still waits for although it is due. */
export const WAIT_WORDS: Readonly<Record<WaitKind, string>> = {
  open: 'It is due now, but its destination failed too often and is left alone for a while. Resume the destination to send at once.',
  halfOpen: 'It is due now, and is sent when another delivery has shown that its destination is back.',
  throttled: 'It is due now, but its destination asked for fewer requests. It is sent when that time is over.',
  disabled: 'It is due now, but its destination is switched off. Resume its registration to send it.',
};
