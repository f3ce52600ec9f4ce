import { Code } from '@mantine/core';
import type { ReactNode } from 'react';
import type { AuditPage as Audit } from '../../../src/admin/audit-list.dto.js';
import { useView } from '../api/queries.js';
import { useUrlFilters } from '../lib/url-filters.js';
import { DataTable } from '../parts/data-table.js';
import { Filters } from '../parts/filters.js';
import { Moment } from '../parts/moment.js';
import { Page } from '../parts/page.js';
import { Pager } from '../parts/pager.js';

const NAMES = ['actor', 'action', 'resource', 'since', 'until'] as const;

export function AuditPage(): ReactNode {
  const filters = useUrlFilters(NAMES);
  const query = { ...filters.values, cursor: filters.cursor };
  const { data, error } = useView<Audit>('/admin/audit', query, { live: filters.cursor === null });
  return (
    <Page title="Audit">
      <Filters
        filters={filters}
        fields={[
          { name: 'actor', label: 'Key', placeholder: 'night shift' },
          { name: 'action', label: 'Act', placeholder: 'resend' },
          { name: 'resource', label: 'Resource', placeholder: 'company:acme' },
          { name: 'since', label: 'Since (UTC)', placeholder: '2026-11-20' },
          { name: 'until', label: 'Until (UTC)', placeholder: '2026-11-21' },
        ]}
      />
      <DataTable
        caption="Acts of administrators, the newest first"
        rows={data?.items}
        error={error}
        keyOf={({ id }) => id}
        empty={filters.areSet ? 'Nothing fits these filters.' : 'No administrator did anything yet.'}
        columns={[
          { title: 'At', cell: ({ at }) => <Moment at={at} /> },
          { title: 'Key', cell: ({ actor }) => actor.name ?? actor.fingerprint },
          { title: 'Act', cell: ({ action }) => action },
          { title: 'Resource', cell: ({ resource }) => <span className="wrap-anywhere">{resource}</span> },
          { title: 'Details', cell: ({ details }) => <Code className="wrap-anywhere">{JSON.stringify(details)}</Code> },
        ]}
      />
      <Pager nextCursor={data?.nextCursor} onNext={filters.next} />
    </Page>
  );
}
