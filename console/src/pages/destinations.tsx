import type { ReactNode } from 'react';
import type { DestinationPage as Destinations } from '../../../src/admin/destinations.dto.js';
import { useView } from '../api/queries.js';
import { useUrlFilters } from '../lib/url-filters.js';
import { asDuration, asNumber, asShare } from '../lib/words.js';
import { DataTable } from '../parts/data-table.js';
import { Filters } from '../parts/filters.js';
import { Page } from '../parts/page.js';
import { Pager } from '../parts/pager.js';
import { StateBadge } from '../parts/state-badge.js';

const NAMES = ['troubled', 'channel', 'window'] as const;

export function DestinationsPage(): ReactNode {
  const filters = useUrlFilters(NAMES);
  const query = { ...filters.values, cursor: filters.cursor };
  const { data, error } = useView<Destinations>('/admin/destinations', query, { live: true });
  return (
    <Page title="Destinations">
      <Filters
        filters={filters}
        fields={[
          { name: 'channel', label: 'Channel', placeholder: 'adobe' },
          { name: 'troubled', label: 'In trouble', options: ['true'] },
          { name: 'window', label: 'Counts of', options: ['1h', '24h', '7d'] },
        ]}
      />
      <DataTable
        caption="Destinations"
        rows={data?.items}
        error={error}
        keyOf={({ id }) => id}
        linkOf={({ id }) => `/destinations/${id}`}
        empty={filters.areSet ? 'No destination fits: nothing is in trouble.' : 'Nothing was sent to anybody yet.'}
        columns={[
          { title: 'Receiver', cell: ({ origin }) => <span className="wrap-anywhere">{origin}</span> },
          { title: 'Of', cell: ({ channel, scope }) => <span className="wrap-anywhere">{`${channel} ${scope}`}</span> },
          { title: 'State', cell: ({ state }) => <StateBadge state={state} /> },
          { title: 'Waiting', isNumber: true, cell: ({ waiting }) => asNumber(waiting.pending + waiting.delivering) },
          { title: 'Held', isNumber: true, cell: ({ waiting }) => asNumber(waiting.held) },
          { title: 'Attempts', isNumber: true, cell: ({ attempts }) => asNumber(attempts.attempts) },
          { title: 'Success', isNumber: true, cell: ({ attempts }) => asShare(attempts.success) },
          { title: '95 % within', isNumber: true, cell: ({ attempts }) => asDuration(attempts.p95Ms) },
        ]}
      />
      <Pager nextCursor={data?.nextCursor} onNext={filters.next} />
    </Page>
  );
}
