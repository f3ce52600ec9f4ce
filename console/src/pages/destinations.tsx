import type { ReactNode } from 'react';
import type { DestinationPage as Destinations } from '../../../src/admin/destinations.dto.js';
import { useView } from '../api/queries.js';
import { useUrlFilters } from '../lib/url-filters.js';
import { asDuration, asNumber, asShare } from '../lib/words.js';
import { DataTable } from '../parts/data-table.js';
import { DestinationOwner } from '../parts/destination-owner.js';
import { DestinationState } from '../parts/destination-state.js';
import { Filters } from '../parts/filters.js';
import { Page } from '../parts/page.js';
import { Pager } from '../parts/pager.js';

const NAMES = ['troubled', 'channel', 'window'] as const;
const CHANNELS = ['adobe', 'marketo', 'async-call', 'companies', 'eqp', 'notice'];

export function DestinationsPage(): ReactNode {
  const filters = useUrlFilters(NAMES);
  const query = { ...filters.values, cursor: filters.cursor };
  const { data, error } = useView<Destinations>('/admin/destinations', query, { live: true });
  return (
    <Page title="Destinations">
      <Filters
        filters={filters}
        fields={[
          { name: 'channel', label: 'Channel', placeholder: 'adobe', suggestions: CHANNELS },
          {
            name: 'troubled',
            label: 'Show',
            any: 'all destinations',
            options: [{ value: 'true', label: 'only those in trouble' }],
          },
          {
            name: 'window',
            label: 'Counts of',
            any: 'the last hour',
            options: [
              { value: '24h', label: 'the last 24 hours' },
              { value: '7d', label: 'the last 7 days' },
            ],
          },
        ]}
      />
      <DataTable
        caption="Destinations"
        rows={data?.items}
        error={error}
        keyOf={({ id }) => id}
        linkOf={({ id }) => `/destinations/${id}`}
        empty={
          filters.values.troubled === ''
            ? filters.areSet
              ? 'No destination fits these filters.'
              : 'Nothing was sent to anybody yet.'
            : 'No destination that fits is in trouble.'
        }
        columns={[
          { title: 'Callbacks of', cell: (destination) => <DestinationOwner destination={destination} /> },
          { title: 'Receiver', cell: ({ origin }) => <span className="long-id">{origin}</span> },
          { title: 'State', cell: (destination) => <DestinationState destination={destination} /> },
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
