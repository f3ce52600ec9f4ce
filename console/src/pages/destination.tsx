import { Anchor, Group, SimpleGrid, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import type { DestinationState as State, DestinationView } from '../../../src/admin/destinations.dto.js';
import type { DestinationStatisticsView } from '../../../src/statistics/statistics.dto.js';
import { call } from '../api/client.js';
import type { Json } from '../api/json.js';
import { useView } from '../api/queries.js';
import { useSession } from '../api/session.js';
import { stepsOf } from '../lib/steps.js';
import { asDuration, asNumber, asShare } from '../lib/words.js';
import { Chart } from '../parts/chart.js';
import { Confirm } from '../parts/confirm.js';
import { DataTable } from '../parts/data-table.js';
import { DestinationOwner } from '../parts/destination-owner.js';
import { DestinationState, failureWords } from '../parts/destination-state.js';
import { Facts } from '../parts/facts.js';
import { Moment } from '../parts/moment.js';
import { Page } from '../parts/page.js';
import { Problem } from '../parts/problem.js';

type Destination = Json<DestinationView>;

/** States that pass by themselves, and that a person can end at once. */
const WAITS: readonly State[] = ['open', 'halfOpen', 'throttled'];

const WHY: Readonly<Record<Exclude<State, 'well'>, string>> = {
  open: 'too many attempts failed',
  halfOpen: 'too many attempts failed',
  throttled: 'it asked for fewer requests',
  off: 'it is switched off',
  paused: 'it is paused',
};

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
  const { state, reason, owner, lastFailure } = destination;
  const isCalled = state !== 'paused' && state !== 'off' && destination.leftAt === null;
  return (
    <Page
      title={`${owner?.name ?? destination.scope}: ${destination.origin}`}
      actions={
        <>
          <DestinationState destination={destination} />
          {session.can('operator') && isCalled && (
            <Confirm
              verb="Pause"
              question="Callbacks to this destination are held from now on. Those with an end expire if the pause outlasts it."
              done="The destination is paused. Its callbacks are held."
              onConfirm={() => change('pause')}
            />
          )}
          {session.can('operator') && destination.state === 'paused' && (
            <Confirm
              verb="Resume"
              question="What is held is sent, and what waits is sent at its time."
              done="The destination is resumed, and what was held is sent."
              onConfirm={() => change('resume')}
            />
          )}
          {session.can('operator') && WAITS.includes(destination.state) && (
            <Confirm
              verb="Call it again now"
              question="It is called without waiting for the next try. Its failures so far are forgotten."
              done="The destination is called again now."
              onConfirm={() => change('resume')}
            />
          )}
        </>
      }
    >
      <Problem error={error} />
      <Facts
        facts={[
          ['Callbacks of', <DestinationOwner key="owner" destination={destination} />],
          ['Why it is not called', reason ?? (state === 'well' ? '–' : WHY[state])],
          ['Last failure', lastFailure === null ? 'none known' : <Failure key="failure" failure={lastFailure} />],
          ['Next try', <Moment key="next" at={nextTryOf(destination)} />],
          ['Waiting', asNumber(destination.waiting.pending + destination.waiting.delivering)],
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
      <Group gap="md">
        <Anchor component={Link} to={`/deliveries?destination=${id}&status=dead`} underline="always">
          Those that were given up
        </Anchor>
        <Anchor component={Link} to={`/deliveries?destination=${id}&status=pending`} underline="always">
          Those that wait
        </Anchor>
        <Anchor component={Link} to={`/deliveries?destination=${id}`} underline="always">
          All of its deliveries
        </Anchor>
        {owner?.registration != null && (
          <Anchor component={Link} to={`/registrations/${owner.registration}`} underline="always">
            {state === 'off' ? 'Its registration, where it is resumed' : 'Its registration'}
          </Anchor>
        )}
      </Group>
    </Page>
  );
}

function Failure({ failure }: { readonly failure: NonNullable<Destination['lastFailure']> }): ReactNode {
  return (
    <>
      {failureWords(failure)} (<Moment at={failure.at} />)
    </>
  );
}

/** Null: it is called, or a person has to let it be called. */
function nextTryOf({ state, openUntil, throttledUntil }: Destination): string | null {
  if (state === 'open') return openUntil;
  return state === 'throttled' ? throttledUntil : null;
}
