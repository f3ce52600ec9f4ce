import type { ReactNode } from 'react';
import type { TableList } from '../../../src/lookup-tables/lookup-tables.dto.js';
import { useView } from '../api/queries.js';
import { useSession } from '../api/session.js';
import { asNumber } from '../lib/words.js';
import { DataTable } from '../parts/data-table.js';
import { Moment } from '../parts/moment.js';
import { Page } from '../parts/page.js';
import { UploadTable } from '../parts/upload-table.js';

export function LookupTablesPage(): ReactNode {
  const session = useSession();
  const { data, error } = useView<TableList>('/admin/lookup-tables');
  return (
    <Page title="Lookup tables" actions={session.can('operator') && <UploadTable />}>
      <DataTable
        caption="Lookup tables, by name"
        rows={data?.items}
        error={error}
        keyOf={({ name }) => name}
        linkOf={({ name }) => `/lookup-tables/${encodeURIComponent(name)}`}
        empty="There is no table yet. A CSV file makes one: its first line names the columns."
        columns={[
          { title: 'Name', cell: ({ name }) => name },
          { title: 'Version', isNumber: true, cell: ({ version }) => version },
          { title: 'Rows', isNumber: true, cell: ({ rows }) => asNumber(rows) },
          { title: 'Left out', isNumber: true, cell: ({ badRows, duplicates }) => asNumber(badRows + duplicates) },
          { title: 'Key', cell: ({ key }) => key.join(', ') },
          { title: 'Columns', cell: ({ columns }) => columns.join(', ') },
          { title: 'Uploaded', cell: ({ uploadedAt }) => <Moment at={uploadedAt} /> },
        ]}
      />
    </Page>
  );
}
