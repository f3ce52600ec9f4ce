import { Alert, Anchor, Code, List, Paper, SegmentedControl, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useSearchParams } from 'react-router';
import type { DeliveryPage } from '../../../src/admin/list-deliveries.dto.js';
import type { DestinationPage } from '../../../src/admin/destinations.dto.js';
import type { ServiceStatus } from '../../../src/admin/status.dto.js';
import type { RegistrationPage } from '../../../src/registrations/registrations.dto.js';
import type { StatisticsView } from '../../../src/statistics/statistics.dto.js';
import { useView } from '../api/queries.js';
import type { Json } from '../api/json.js';
import { errorRowsOf } from '../lib/error-rows.js';
import { eventStepsOf, stepsOf } from '../lib/steps.js';
import { asDuration, asNumber, asShare } from '../lib/words.js';
import { Chart } from '../parts/chart.js';
import { Figures } from '../parts/figures.js';
import { DataTable } from '../parts/data-table.js';
import { Page } from '../parts/page.js';
import { Problem } from '../parts/problem.js';

const WINDOWS = [
  { value: '1h', label: '1 hour' },
  { value: '24h', label: '24 hours' },
  { value: '7d', label: '7 days' },
];
const IN_WINDOW: Readonly<Record<string, string>> = {
  '24h': 'in the last 24 hours',
  '7d': 'in the last 7 days',
};
const DAY_MS = 24 * 60 * 60 * 1_000;
const BLUE = '#1971c2';
const GREEN = '#2b8a3e';
const RED = '#c92a2a';
const VIOLET = '#7048e8';

/** Whole days, so that the same question is asked all day long. */
function yesterday(): string {
  return new Date(Date.now() - DAY_MS).toISOString().slice(0, 10);
}

/** How it goes, and what needs a person, each with the way to its cure. */
export function OverviewPage(): ReactNode {
  const [params, setParams] = useSearchParams();
  const window = params.get('window') ?? '1h';
  const { data, error } = useView<StatisticsView>('/admin/statistics', { window }, { live: true });
  const { data: status } = useView<ServiceStatus>('/admin/status', {}, { live: true });
  const steps = stepsOf(data);
  const times = steps.map(({ time }) => time);
  const counts = (name: 'accepted' | 'delivered' | 'failed'): number[] => steps.map(({ point }) => point?.[name] ?? 0);
  const eventSteps = eventStepsOf(data);
  const hasEvents = data !== undefined && data.events.delivered + data.events.failed > 0;
  const durations = (name: 'p50Ms' | 'p95Ms'): (number | null)[] => steps.map(({ point }) => point?.[name] ?? null);
  return (
    <Page
      title="Overview"
      actions={
        <SegmentedControl
          size="xs"
          aria-label="How far back"
          data={WINDOWS}
          value={window}
          onChange={(next) => setParams({ window: next })}
        />
      }
    >
      <Problem error={error} />
      <NeedsAPerson status={status} />
      <Figures data={data} status={status} />
      {data?.total.accepted === 0 && data.total.delivered === 0 && !hasEvents ? (
        <FirstRequest />
      ) : (
        <SimpleGrid cols={{ base: 1, lg: 2 }}>
          <Chart
            title="Requests and callbacks"
            times={times}
            format={(value) => asNumber(Math.round(value ?? 0))}
            series={[
              { title: 'Accepted', values: counts('accepted'), color: BLUE },
              { title: 'Called back', values: counts('delivered'), color: GREEN },
              { title: 'Failed', values: counts('failed'), color: RED },
            ]}
          />
          <Chart
            title="From acceptance to callback"
            times={times}
            format={asDuration}
            series={[
              { title: 'Half within', values: durations('p50Ms'), color: BLUE },
              { title: '95 % within', values: durations('p95Ms'), color: VIOLET },
            ]}
          />
          {hasEvents && (
            <>
              <Chart
                title="Callbacks of events over time"
                times={eventSteps.map(({ time }) => time)}
                format={(value) => asNumber(Math.round(value ?? 0))}
                series={[
                  { title: 'Delivered', values: eventSteps.map(({ point }) => point?.delivered ?? 0), color: GREEN },
                  { title: 'Given up', values: eventSteps.map(({ point }) => point?.failed ?? 0), color: RED },
                ]}
              />
              <Chart
                title="From event to callback"
                times={eventSteps.map(({ time }) => time)}
                format={asDuration}
                series={[
                  { title: 'Half within', values: eventSteps.map(({ point }) => point?.p50Ms ?? null), color: BLUE },
                  { title: '95 % within', values: eventSteps.map(({ point }) => point?.p95Ms ?? null), color: VIOLET },
                ]}
              />
            </>
          )}
        </SimpleGrid>
      )}
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Stack gap="xs">
          <Title order={2} size="h6">
            Services
          </Title>
          <DataTable
            caption="Services"
            rows={data?.services}
            keyOf={({ service }) => service}
            linkOf={({ service }) => `/actions?service=${encodeURIComponent(service)}`}
            empty="No service is configured."
            columns={[
              { title: 'Service', cell: ({ service }) => service },
              { title: 'Accepted', isNumber: true, cell: ({ accepted }) => asNumber(accepted) },
              { title: 'Failed', isNumber: true, cell: ({ failed }) => asNumber(failed) },
              { title: 'Success', isNumber: true, cell: ({ success }) => asShare(success) },
              { title: '95 % within', isNumber: true, cell: ({ p95Ms }) => asDuration(p95Ms) },
            ]}
          />
        </Stack>
        <Stack gap="xs">
          <Title order={2} size="h6">
            Top errors
          </Title>
          <DataTable
            caption="Top errors"
            rows={data === undefined ? undefined : errorRowsOf(data)}
            keyOf={({ error: name }) => name}
            empty={`No action, callback or attempt failed ${IN_WINDOW[window] ?? 'in the last hour'}.`}
            columns={[
              { title: 'Error', cell: ({ error: name }) => name },
              { title: 'Actions failed', isNumber: true, cell: ({ actions }) => asNumber(actions) },
              { title: 'Callbacks given up', isNumber: true, cell: ({ givenUp }) => asNumber(givenUp) },
              { title: 'Attempts failed', isNumber: true, cell: ({ attempts }) => asNumber(attempts) },
            ]}
          />
        </Stack>
      </SimpleGrid>
    </Page>
  );
}

function NeedsAPerson({ status }: { readonly status: Json<ServiceStatus> | undefined }): ReactNode {
  const since = yesterday();
  const dead = useView<DeliveryPage>(
    '/admin/deliveries',
    { status: 'dead', since, limit: 50 },
    { live: true, everyMs: 15_000 },
  );
  const troubled = useView<DestinationPage>('/admin/destinations', { troubled: true, limit: 50 }, { live: true });
  const disabled = useView<RegistrationPage>(
    '/admin/registrations',
    { state: 'disabled', limit: 50 },
    { live: true, everyMs: 30_000 },
  );
  const found: { readonly text: string; readonly to: string; readonly cure: string }[] = [];
  const add = (count: number, more: boolean, one: string, many: string, to: string, cure: string): void => {
    if (count > 0)
      found.push({ text: count === 1 ? `One ${one}` : `${count}${more ? ' or more' : ''} ${many}`, to, cure });
  };
  for (const { error, waiting, remedy } of status?.refusedCredentials ?? []) {
    found.push({
      text: `${error} (${waiting} callbacks wait). ${remedy}`,
      to: '/deliveries?status=pending',
      cure: 'See them',
    });
  }
  const problems = status?.definitions.refused?.problems.length ?? 0;
  add(
    problems,
    false,
    'mistake keeps new definitions from being served',
    'mistakes keep new definitions from being served',
    '/services',
    'Read them',
  );
  const { data: deaths } = dead;
  add(
    deaths?.items.length ?? 0,
    deaths?.nextCursor != null,
    'callback was given up since yesterday',
    'callbacks were given up since yesterday',
    `/deliveries?status=dead&since=${since}`,
    'See why, send again',
  );
  const { data: sick } = troubled;
  add(
    sick?.items.length ?? 0,
    sick?.nextCursor != null,
    'destination is in trouble',
    'destinations are in trouble',
    '/destinations?troubled=true',
    'See which',
  );
  const { data: off } = disabled;
  add(
    off?.items.length ?? 0,
    off?.nextCursor != null,
    'registration is switched off',
    'registrations are switched off',
    '/registrations?state=disabled',
    'See which',
  );
  if (found.length === 0) return null;
  return (
    <Alert color="orange" variant="outline" title="Needs a person">
      <List size="sm">
        {found.map(({ text, to, cure }) => (
          <List.Item key={text}>
            {text}{' '}
            <Anchor component={Link} to={to} underline="always" fz="sm">
              {cure}
            </Anchor>
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

/** Teaches the first step where nothing can be shown yet. */
function FirstRequest(): ReactNode {
  return (
    <Paper withBorder p="md">
      <Stack gap="xs">
        <Text>No request was accepted in this time. A first one can be sent by hand:</Text>
        <Code block>{`curl -X POST ${globalThis.location.origin}/submitAsyncAction \\
  -H 'x-api-key: <a key of INBOUND_API_KEYS>' -H 'content-type: application/json' \\
  -d @request.json`}</Code>
        <Text size="sm" c="dimmed">
          An example of a request stands in the document of each service, see Services. npm run demo plays a whole
          journey.
        </Text>
      </Stack>
    </Paper>
  );
}
