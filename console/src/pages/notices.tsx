import { Alert, Group, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import type { DeliveryPage } from '../../../src/admin/list-deliveries.dto.js';
import { call } from '../api/client.js';
import { useView } from '../api/queries.js';
import { useSession } from '../api/session.js';
import type { NoticePage, NoticeView } from '../../../src/notices/notices.dto.js';
import type { Json } from '../api/json.js';
import { useUrlFilters } from '../lib/url-filters.js';
import { Confirm } from '../parts/confirm.js';
import { DataTable } from '../parts/data-table.js';
import { Moment } from '../parts/moment.js';
import { CAUSE_WORDS, NoticeForm } from '../parts/notice-form.js';
import { Page } from '../parts/page.js';
import { Pager } from '../parts/pager.js';
import { StateBadge } from '../parts/state-badge.js';

const NO_FILTERS = [] as const;

/** A test message that is on its way. */
interface Test {
  readonly name: string;
  readonly destinationId: string;
  readonly deliveryId: string;
}

/** Messages to people about the service itself. */
export function NoticesPage(): ReactNode {
  const session = useSession();
  const client = useQueryClient();
  const filters = useUrlFilters(NO_FILTERS);
  const { data, error } = useView<NoticePage>('/admin/notices', { cursor: filters.cursor }, { live: true });
  const [test, setTest] = useState<Test | null>(null);
  const change = async (method: 'POST' | 'DELETE', path: string): Promise<void> => {
    await call(method, `/admin/notices/${path}`);
    await client.invalidateQueries();
  };
  const send = async ({ id, name, destinationId }: Json<NoticeView>): Promise<void> => {
    const { deliveryId } = await call<{ readonly deliveryId: string }>('POST', `/admin/notices/${id}/test`);
    setTest({ name, destinationId, deliveryId });
  };
  return (
    <Page title="Notices" actions={session.can('admin') && <NoticeForm />}>
      <Text size="sm" c="dimmed">
        A notice writes to a channel of people or to a program when something needs a person. It does not replace
        alerts.
      </Text>
      {test !== null && <SentTest test={test} />}
      <DataTable
        caption="Notices, the newest first"
        rows={data?.items}
        error={error}
        keyOf={({ id }) => id}
        empty="No notice is there. Make one for the people on call: they then hear of callbacks that are given up."
        columns={[
          { title: 'Name', cell: ({ name }) => <span className="wrap-anywhere">{name}</span> },
          { title: 'State', cell: ({ state }) => <StateBadge state={state} /> },
          {
            title: 'To',
            cell: ({ origin, format, destinationId }) => (
              <Link to={`/destinations/${destinationId}`} className="wrap-anywhere">
                {origin} ({format})
              </Link>
            ),
          },
          { title: 'When', cell: (notice) => causesOf(notice) },
          { title: 'Wrote last', cell: ({ lastSentAt }) => <Moment at={lastSentAt} /> },
          {
            title: 'Do',
            cell: (notice) => (
              <Group gap={4}>
                {session.can('operator') && notice.state === 'active' && (
                  <>
                    <Confirm
                      verb="Test"
                      question={`A test message goes to ${notice.origin}.`}
                      onConfirm={() => send(notice)}
                    />
                    <Confirm
                      verb="Pause"
                      question="It writes nothing from now on. Messages that wait are cancelled."
                      onConfirm={() => change('POST', `${notice.id}/pause`)}
                    />
                  </>
                )}
                {session.can('operator') && notice.state === 'paused' && (
                  <Confirm
                    verb="Continue"
                    question="It writes of what happens from now on."
                    onConfirm={() => change('POST', `${notice.id}/resume`)}
                  />
                )}
                {session.can('admin') && (
                  <>
                    <NoticeForm notice={notice} />
                    <Confirm
                      verb="Delete"
                      color="red"
                      question={`The notice ${notice.name} is deleted. Messages that wait are cancelled.`}
                      onConfirm={() => change('DELETE', notice.id)}
                    />
                  </>
                )}
              </Group>
            ),
          },
        ]}
      />
      <Pager nextCursor={data?.nextCursor} onNext={filters.next} />
    </Page>
  );
}

function causesOf({ causes, backlogRows, lagSeconds }: Json<NoticeView>): string {
  return causes
    .map((cause) => {
      if (cause === 'backlog') return `${CAUSE_WORDS.backlog} (${backlogRows ?? '–'})`;
      return cause === 'lag' ? `${CAUSE_WORDS.lag} (${lagSeconds ?? '–'} s)` : CAUSE_WORDS[cause];
    })
    .join('; ');
}

/** Follows a test message until it has arrived, or says why it does not. */
function SentTest({ test: { name, destinationId, deliveryId } }: { readonly test: Test }): ReactNode {
  const { data } = useView<DeliveryPage>(
    '/admin/deliveries',
    { destination: destinationId, limit: 10 },
    { live: true },
  );
  const delivery = data?.items.find((one) => one.deliveryId === deliveryId);
  return (
    <Alert color="blue" variant="outline" title={`Test message of ${name}`} role="status">
      <Group gap="sm">
        <StateBadge state={delivery?.status ?? 'pending'} />
        <Text size="sm">{delivery?.lastError ?? ''}</Text>
        <Link to={`/deliveries?destination=${destinationId}`}>Its messages</Link>
      </Group>
    </Alert>
  );
}
