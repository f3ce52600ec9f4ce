import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ACTION_STATES } from '../../../src/actions/action-state.js';
import type { ActionPage } from '../../../src/admin/list-actions.dto.js';
import type { ServiceStatus } from '../../../src/admin/status.dto.js';
import { useView } from '../api/queries.js';
import { useUrlFilters } from '../lib/url-filters.js';
import { useSteadyRows } from '../lib/use-steady-rows.js';
import { shortId } from '../lib/words.js';
import { DataTable } from '../parts/data-table.js';
import { Filters } from '../parts/filters.js';
import { Moment } from '../parts/moment.js';
import { NewRows } from '../parts/new-rows.js';
import { Page } from '../parts/page.js';
import { Pager } from '../parts/pager.js';
import { StateBadge } from '../parts/state-badge.js';

const NAMES = ['state', 'service', 'requestId', 'entityId', 'imsOrgId', 'journeyId', 'since', 'until'] as const;

function keyOf({ requestId }: { readonly requestId: string }): string {
  return requestId;
}

export function ActionsPage(): ReactNode {
  const filters = useUrlFilters(NAMES);
  const { data: status } = useView<ServiceStatus>('/admin/status');
  const query = { ...filters.values, cursor: filters.cursor };
  const { data, error, isPlaceholderData } = useView<ActionPage>('/admin/actions', query, {
    live: filters.cursor === null,
  });
  const list = JSON.stringify([isPlaceholderData, query]);
  const { rows, held, showNew } = useSteadyRows(list, data?.items, keyOf);
  return (
    <Page title="Actions">
      <Filters
        filters={filters}
        fields={[
          { name: 'requestId', label: 'Request id' },
          { name: 'state', label: 'State', options: ACTION_STATES },
          { name: 'service', label: 'Service', options: status?.services.map(({ apiName }) => apiName) ?? [] },
          { name: 'entityId', label: 'Lead or account' },
          { name: 'imsOrgId', label: 'Organisation' },
          { name: 'journeyId', label: 'Journey' },
          { name: 'since', label: 'Since (UTC)', placeholder: '2026-11-20' },
          { name: 'until', label: 'Until (UTC)', placeholder: '2026-11-21' },
        ]}
      />
      {data?.searched !== undefined && (
        <Text size="sm" c="dimmed">
          Searched back to <Moment at={data.searched.since} />. Give since to look further.
        </Text>
      )}
      <NewRows count={held} onShow={showNew} />
      <DataTable
        caption="Actions, the newest first"
        rows={rows}
        error={error}
        keyOf={keyOf}
        linkOf={({ requestId }) => `/actions/${requestId}`}
        empty={
          filters.areSet
            ? 'No action fits these filters.'
            : 'No request was accepted yet. The overview shows how to send one.'
        }
        columns={[
          { title: 'Received', cell: ({ receivedAt }) => <Moment at={receivedAt} /> },
          { title: 'State', cell: ({ state }) => <StateBadge state={state} /> },
          { title: 'Service', cell: ({ service }) => service },
          { title: 'About', cell: ({ objectType, entityId }) => `${objectType} ${entityId}` },
          { title: 'Outcome', cell: ({ outcome, errorCode }) => errorCode ?? outcome ?? '–' },
          { title: 'Id', cell: ({ requestId }) => <span title={requestId}>{shortId(requestId)}</span> },
        ]}
      />
      <Pager nextCursor={data?.nextCursor} onNext={filters.next} />
    </Page>
  );
}
