import { Alert, Anchor, Stack, Text, Timeline, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import type { ActionDetail } from '../../../src/admin/action-detail.dto.js';
import type { Json } from '../api/json.js';
import { useView } from '../api/queries.js';
import { asDuration, asWords } from '../lib/words.js';
import { TimingLegend } from '../parts/attempts.js';
import { DataTable } from '../parts/data-table.js';
import { DeliveryCard } from '../parts/delivery-card.js';
import { Facts } from '../parts/facts.js';
import { Moment } from '../parts/moment.js';
import { Page } from '../parts/page.js';
import { Problem } from '../parts/problem.js';
import { Reveal } from '../parts/reveal.js';
import { StateBadge } from '../parts/state-badge.js';

/** One action from its acceptance to its callback, with the explanation on top. */
export function ActionPage(): ReactNode {
  const { id = '' } = useParams();
  const { data: action, error } = useView<ActionDetail>(`/admin/actions/${id}`, {}, { live: true });
  if (action === undefined) {
    return <Page title="Action">{error === null ? <Text>Loading …</Text> : <Problem error={error} />}</Page>;
  }
  return (
    <Page
      title={`Action of ${action.service}`}
      actions={
        <>
          <StateBadge state={action.state} />
          <Reveal key={id} requestId={id} />
        </>
      }
    >
      <Problem error={error} />
      <Alert
        variant="outline"
        color={action.state === 'completed' ? 'green' : 'blue'}
        title="What happened, and what to do"
      >
        {action.explanation}
      </Alert>
      <Facts
        facts={[
          ['Request id', action.requestId],
          ['About', `${action.objectType} ${action.entityId}`],
          ['Organisation', action.imsOrgId],
          ['Outcome', action.outcome ?? 'none yet'],
          ['Error', action.errorCode === null ? '–' : `${action.errorCode}: ${action.reason ?? ''}`],
          ['Received', <Moment key="received" at={action.receivedAt} />],
          ['Deadline', <Moment key="deadline" at={action.deadlineAt} />],
          ['Finished', <Moment key="finished" at={action.finishedAt} />],
        ]}
      />
      <History action={action} />
      {action.steps.length > 0 && <Steps action={action} />}
      <Title order={2} size="h5">
        Callbacks
      </Title>
      {action.deliveries.length === 0 ? <Text c="dimmed">No callback was made yet.</Text> : <TimingLegend />}
      {action.deliveries.map((delivery) => (
        <DeliveryCard
          key={delivery.deliveryId}
          delivery={delivery}
          title={`${delivery.method} ${delivery.url}`}
          requestId={action.requestId}
        />
      ))}
      <Anchor component={Link} to="/actions" underline="always">
        All actions
      </Anchor>
    </Page>
  );
}

function History({ action }: { readonly action: Json<ActionDetail> }): ReactNode {
  return (
    <Stack gap="xs">
      <Title order={2} size="h5">
        Timeline
      </Title>
      <Timeline active={action.history.length + 1} bulletSize={14} lineWidth={2}>
        <Timeline.Item title={<Text size="sm">received</Text>}>
          <Text size="xs" c="dimmed">
            <Moment at={action.receivedAt} />
          </Text>
        </Timeline.Item>
        {action.history[0]?.from === 'enriching' && (
          <Timeline.Item title={<Text size="sm">enriching</Text>}>
            <Text size="xs" c="dimmed">
              began at once, because a worker was free; that is not recorded as a step of its own
            </Text>
          </Timeline.Item>
        )}
        {action.history.map(({ at, to, note }, index) => (
          <Timeline.Item key={`${at}${index}`} title={<Text size="sm">{asWords(to)}</Text>}>
            <Text size="xs" c="dimmed">
              <Moment at={at} /> · {asDuration(Date.parse(at) - Date.parse(action.receivedAt))} after it was received
            </Text>
            {note !== null && <Text size="sm">{note}</Text>}
          </Timeline.Item>
        ))}
      </Timeline>
    </Stack>
  );
}

function Steps({ action }: { readonly action: Json<ActionDetail> }): ReactNode {
  return (
    <Stack gap="xs">
      <Title order={2} size="h5">
        Steps
      </Title>
      <DataTable
        caption="Steps of the pipeline"
        rows={action.steps.map((step, index) => ({ ...step, index }))}
        keyOf={({ index }) => String(index)}
        empty=""
        columns={[
          { title: 'Step', cell: ({ step }) => step },
          { title: 'Outcome', cell: ({ outcome }) => <StateBadge state={outcome} /> },
          { title: 'Took', isNumber: true, cell: ({ ms }) => asDuration(ms) },
          { title: 'Why', cell: ({ errorCode, reason }) => [errorCode, reason].filter(Boolean).join(': ') || '–' },
          { title: 'Wrote', cell: ({ wrote }) => wrote?.join(', ') ?? '–' },
        ]}
      />
    </Stack>
  );
}
