import type { ReactNode } from 'react';
import type { RecoveryPage as Recoveries } from '../../../src/resend/recover.dto.js';
import { useView } from '../api/queries.js';
import { useUrlFilters } from '../lib/url-filters.js';
import { asNumber } from '../lib/words.js';
import { DataTable } from '../parts/data-table.js';
import { Filters } from '../parts/filters.js';
import { Moment } from '../parts/moment.js';
import { Page } from '../parts/page.js';
import { Pager } from '../parts/pager.js';
import { StateBadge } from '../parts/state-badge.js';

const NAMES = ['state'] as const;

export function RecoveriesPage(): ReactNode {
  const filters = useUrlFilters(NAMES);
  const query = { ...filters.values, cursor: filters.cursor };
  const { data, error } = useView<Recoveries>('/admin/recoveries', query, { live: true });
  return (
    <Page title="Sent again">
      <Filters
        filters={filters}
        fields={[{ name: 'state', label: 'State', options: ['running', 'done', 'cancelled'] }]}
      />
      <DataTable
        caption="Jobs that send again, the newest first"
        rows={data?.items}
        error={error}
        keyOf={({ jobId }) => jobId}
        linkOf={({ jobId }) => `/recoveries/${jobId}`}
        empty="Nothing was sent again as a set. Deliveries offers it for all that match its filters."
        columns={[
          { title: 'Started', cell: ({ startedAt }) => <Moment at={startedAt} /> },
          { title: 'State', cell: ({ state }) => <StateBadge state={state} /> },
          { title: 'Matched', isNumber: true, cell: ({ matched }) => asNumber(matched) },
          { title: 'Sent', isNumber: true, cell: ({ resent }) => asNumber(resent) },
          { title: 'Skipped', isNumber: true, cell: ({ skipped }) => asNumber(skipped) },
          { title: 'Left', isNumber: true, cell: ({ remaining }) => asNumber(remaining) },
        ]}
      />
      <Pager nextCursor={data?.nextCursor} onNext={filters.next} />
    </Page>
  );
}
