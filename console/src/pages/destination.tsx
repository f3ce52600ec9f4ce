import { Anchor, SimpleGrid, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import type { DestinationView } from '../../../src/admin/destinations.dto.js';
import type { DestinationStatisticsView } from '../../../src/statistics/statistics.dto.js';
import { call } from '../api/client.js';
import { useView } from '../api/queries.js';
import { useSession } from '../api/session.js';
import { stepsOf } from '../lib/steps.js';
import { asDuration, asNumber, asShare } from '../lib/words.js';
import { Chart } from '../parts/chart.js';
import { Confirm } from '../parts/confirm.js';
import { DataTable } from '../parts/data-table.js';
import { Facts } from '../parts/facts.js';
import { Moment } from '../parts/moment.js';
import { Page } from '../parts/page.js';
import { Problem } from '../parts/problem.js';
import { StateBadge } from '../parts/state-badge.js';

/** One receiver: its breaker, what waits for it, and how the attempts of the last day went. */
export function DestinationPage(): ReactNode {
  const { id = '' } = useParams();
  const session = useSession();
  const client = useQueryClient();
  const path = `/admin/destinations/${id}`;
  const { data: destination, error } = useView<DestinationView>(path, { window: '24h' }, { live: true });
  const query = { destination: id, window: '24h' };
  const { data: statistics } = useView<DestinationStatisticsView>('/admin/statistics/destination', query, {
    live: true,
  });
  if (destination === undefined) {
    return <Page title="Destination">{error === null ? <Text>Loading …</Text> : <Problem error={error} />}</Page>;
  }
  const change = async (verb: 'pause' | 'resume'): Promise<void> => {
    await call('POST', `${path}/${verb}`);
    await client.invalidateQueries();
  };
  const steps = stepsOf(statistics);
  const times = steps.map(({ time }) => time);
  return (
    <Page
      title={destination.origin}
      actions={
        <>
          <StateBadge state={destination.state} />
          {session.can('operator') && destination.state !== 'paused' && destination.leftAt === null && (
            <Confirm
              verb="Pause"
              question="Callbacks to this destination are held from now on. Those with an end expire if the pause outlasts it."
              done="The destination is paused. Its callbacks are held."
              onConfirm={() => change('pause')}
            />
          )}
          {session.can('operator') && destination.state !== 'well' && (
            <Confirm
              verb="Resume"
              question="What is held is sent, and the breaker begins anew."
              done="The destination is resumed, and what was held is sent."
              onConfirm={() => change('resume')}
            />
          )}
        </>
      }
    >
      <Problem error={error} />
      <Facts
        facts={[
          ['Of', `${destination.channel} ${destination.scope}`],
          ['Reason', destination.reason ?? '–'],
          ['Tried again', <Moment key="open" at={destination.openUntil} />],
          ['Throttled until', <Moment key="throttled" at={destination.throttledUntil} />],
          ['Pending', asNumber(destination.waiting.pending)],
          ['Held', asNumber(destination.waiting.held)],
          ['Success in 24 hours', asShare(destination.attempts.success)],
          ['95 % within', asDuration(destination.attempts.p95Ms)],
        ]}
      />
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Chart
          title="Attempts"
          times={times}
          format={(value) => asNumber(Math.round(value ?? 0))}
          series={[
            { title: 'Made', values: steps.map(({ point }) => point?.attempts ?? 0), color: '#1971c2' },
            { title: 'Taken', values: steps.map(({ point }) => point?.delivered ?? 0), color: '#2b8a3e' },
          ]}
        />
        <Chart
          title="Time of an attempt"
          times={times}
          format={asDuration}
          series={[
            { title: 'Half within', values: steps.map(({ point }) => point?.p50Ms ?? null), color: '#1971c2' },
            { title: '95 % within', values: steps.map(({ point }) => point?.p95Ms ?? null), color: '#7048e8' },
          ]}
        />
      </SimpleGrid>
      <DataTable
        caption="Errors of the last 24 hours"
        rows={destination.attempts.errors}
        keyOf={({ error: name }) => name}
        empty="No attempt failed in the last 24 hours."
        columns={[
          { title: 'Error', cell: ({ error: name }) => name },
          { title: 'Count', isNumber: true, cell: ({ count }) => asNumber(count) },
        ]}
      />
      <Anchor component={Link} to={`/deliveries?destination=${id}`} underline="always">
        Its deliveries
      </Anchor>
    </Page>
  );
}
