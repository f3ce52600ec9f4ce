import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ACTION_STATES } from '../../../src/actions/action-state.js';
import type { ActionListItem, ActionPage } from '../../../src/admin/list-actions.dto.js';
import type { ServiceStatus } from '../../../src/admin/status.dto.js';
import type { Json } from '../api/json.js';
import { useView } from '../api/queries.js';
import { useUrlFilters } from '../lib/url-filters.js';
import { useSearch } from '../lib/use-search.js';
import { shortId } from '../lib/words.js';
import { DataTable } from '../parts/data-table.js';
import { Filters } from '../parts/filters.js';
import { Moment } from '../parts/moment.js';
import { NewRows } from '../parts/new-rows.js';
import { Page } from '../parts/page.js';
import { emptyText, SearchPager } from '../parts/search-pager.js';
import { StateBadge } from '../parts/state-badge.js';

const NAMES = ['state', 'service', 'requestId', 'entityId', 'imsOrgId', 'journeyId', 'since', 'until'] as const;

function keyOf({ requestId }: { readonly requestId: string }): string {
  return requestId;
}

export function ActionsPage(): ReactNode {
  const filters = useUrlFilters(NAMES);
  const { data: status } = useView<ServiceStatus>('/admin/status');
  const query = { ...filters.values, cursor: filters.cursor };
  const search = useSearch<Json<ActionListItem>, Json<ActionPage>>('/admin/actions', query, keyOf);
  const { page, rows, held, showNew, error, reach } = search;
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
          { name: 'since', label: 'Since', isMoment: true },
          { name: 'until', label: 'Until', isMoment: true },
        ]}
      />
      {page?.searched !== undefined && (
        <Text size="sm" c="dimmed">
          Actions since <Moment at={page.searched.since} /> are searched. Give since for older ones.
        </Text>
      )}
      <NewRows count={held} onShow={showNew} />
      <DataTable
        caption="Actions, the newest first"
        rows={rows}
        error={error}
        keyOf={keyOf}
        linkOf={({ requestId }) => `/actions/${requestId}`}
        empty={emptyText(
          reach,
          filters.areSet
            ? 'No action fits these filters.'
            : 'No request was accepted yet. The overview shows how to send one.',
        )}
        columns={[
          { title: 'Received', cell: ({ receivedAt }) => <Moment at={receivedAt} /> },
          { title: 'State', cell: ({ state }) => <StateBadge state={state} /> },
          { title: 'Service', cell: ({ service }) => service },
          { title: 'About', cell: ({ objectType, entityId }) => `${objectType} ${entityId}` },
          { title: 'Outcome', cell: ({ outcome, errorCode }) => errorCode ?? outcome ?? '–' },
          { title: 'Id', cell: ({ requestId }) => <span title={requestId}>{shortId(requestId)}</span> },
        ]}
      />
      <SearchPager reach={reach} onNext={filters.next} />
    </Page>
  );
}
