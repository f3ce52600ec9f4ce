import { Code } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
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
          { name: 'since', label: 'Since', isMoment: true },
          { name: 'until', label: 'Until', isMoment: true },
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
          { title: 'Resource', cell: ({ resource }) => <Resource resource={resource} /> },
          { title: 'Details', cell: ({ details }) => <Code className="wrap-anywhere">{JSON.stringify(details)}</Code> },
        ]}
      />
      <Pager nextCursor={data?.nextCursor} onNext={filters.next} />
    </Page>
  );
}

const PAGES: Readonly<Record<string, string>> = {
  action: '/actions',
  delivery: '/deliveries',
  destination: '/destinations',
  recovery: '/recoveries',
};

/** With the way to its page, where it has one. */
function Resource({ resource }: { readonly resource: string }): ReactNode {
  const [kind = '', id = ''] = resource.split(':', 2);
  const page = PAGES[kind];
  if (page === undefined) return <span className="wrap-anywhere">{resource}</span>;
  return (
    <Link to={`${page}/${id}`} className="wrap-anywhere">
      {resource}
    </Link>
  );
}
