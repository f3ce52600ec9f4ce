import { Text } from '@mantine/core';
import type { ReactNode } from 'react';

const LOCAL = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** A moment in the reader's zone, the date only if it is not today's; UTC on hover. */
export function Moment({ at }: { readonly at: string | null }): ReactNode {
  if (at === null) return <>–</>;
  const moment = new Date(at);
  const isToday = moment.toDateString() === new Date().toDateString();
  return (
    <Text component="time" span inherit dateTime={at} title={`${moment.toISOString()} (UTC)`} className="nowrap">
      {(isToday ? TIME : LOCAL).format(moment)}
    </Text>
  );
}
