import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { asLocal } from '../lib/moments.js';

/** A moment in the reader's zone, the date only if it is not today's; UTC on hover. */
export function Moment({ at }: { readonly at: string | null }): ReactNode {
  if (at === null) return <>–</>;
  const moment = new Date(at);
  return (
    <Text component="time" span inherit dateTime={at} title={`${moment.toISOString()} (UTC)`} className="nowrap">
      {asLocal(moment, new Date())}
    </Text>
  );
}
