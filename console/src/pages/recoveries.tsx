import type { ReactNode } from 'react';
import type { RecoveryPage as Recoveries } from '../../../src/resend/recover.dto.js';
import { useView } from '../api/queries.js';
import { useUrlFilters } from '../lib/url-filters.js';
import { useSteadyRows } from '../lib/use-steady-rows.js';
import { asNumber } from '../lib/words.js';
import { DataTable } from '../parts/data-table.js';
import { Filters } from '../parts/filters.js';
import { Moment } from '../parts/moment.js';
import { NewRows } from '../parts/new-rows.js';
import { Page } from '../parts/page.js';
import { Pager } from '../parts/pager.js';
import { StateBadge } from '../parts/state-badge.js';

const NAMES = ['state'] as const;

function keyOf({ jobId }: { readonly jobId: string }): string {
  return jobId;
}

export function RecoveriesPage(): ReactNode {
  const filters = useUrlFilters(NAMES);
  const query = { ...filters.values, cursor: filters.cursor };
  const { data, error, isPlaceholderData } = useView<Recoveries>('/admin/recoveries', query, { live: true });
  const list = JSON.stringify([isPlaceholderData, query]);
  const { rows, held, showNew } = useSteadyRows(list, data?.items, keyOf);
  return (
    <Page title="Sent again">
      <Filters
        filters={filters}
        fields={[{ name: 'state', label: 'State', options: ['running', 'paused', 'done', 'cancelled'] }]}
      />
      <NewRows count={held} onShow={showNew} />
      <DataTable
        caption="Jobs that send again, the newest first"
        rows={rows}
        error={error}
        keyOf={keyOf}
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
