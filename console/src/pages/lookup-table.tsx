import { Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useNavigate, useParams } from 'react-router';
import type { ColumnList, RowList, TableView, VersionList } from '../../../src/lookup-tables/lookup-tables.dto.js';
import { call } from '../api/client.js';
import { useView } from '../api/queries.js';
import { useSession } from '../api/session.js';
import { useUrlFilters } from '../lib/url-filters.js';
import { asNumber } from '../lib/words.js';
import { Confirm } from '../parts/confirm.js';
import { DataTable } from '../parts/data-table.js';
import { Moment } from '../parts/moment.js';
import { Page } from '../parts/page.js';
import { Pager } from '../parts/pager.js';
import { Problem } from '../parts/problem.js';
import { UploadTable } from '../parts/upload-table.js';

const NO_FILTERS = [] as const;

/** One table: its versions, and its rows for people who may see them. */
export function LookupTablePage(): ReactNode {
  const { name = '' } = useParams();
  const session = useSession();
  const client = useQueryClient();
  const navigate = useNavigate();
  const path = `/admin/lookup-tables/${encodeURIComponent(name)}`;
  const { data: table, error } = useView<TableView>(path);
  const { data: versions } = useView<VersionList>(`${path}/versions`);
  const restore = async (version: number): Promise<void> => {
    await call('POST', `${path}/versions/${version}/restore`);
    await client.invalidateQueries();
  };
  const remove = async (): Promise<void> => {
    await call('DELETE', path);
    await client.invalidateQueries();
    await navigate('/lookup-tables');
  };
  return (
    <Page
      title={`Lookup table ${name}`}
      actions={
        table !== undefined && (
          <>
            {session.can('operator') && <UploadTable name={name} />}
            {session.can('admin') && (
              <Confirm
                verb="Delete"
                color="red"
                question="All of its versions are deleted. Steps that read it fail from then on."
                onConfirm={remove}
              />
            )}
          </>
        )
      }
    >
      <Problem error={error} />
      <Title order={2} size="h5">
        Versions
      </Title>
      <DataTable
        caption="Versions, the newest first"
        rows={versions?.items}
        keyOf={({ version }) => String(version)}
        empty=""
        columns={[
          { title: 'Version', isNumber: true, cell: ({ version }) => version },
          { title: 'In use', cell: ({ current }) => (current ? 'yes' : 'no') },
          { title: 'Rows', isNumber: true, cell: ({ rows }) => asNumber(rows) },
          { title: 'Left out', isNumber: true, cell: ({ badRows, duplicates }) => asNumber(badRows + duplicates) },
          { title: 'Uploaded', cell: ({ uploadedAt }) => <Moment at={uploadedAt} /> },
          {
            title: 'Do',
            cell: ({ version, current }) =>
              current || !session.can('operator') ? (
                '–'
              ) : (
                <Confirm
                  verb="Restore"
                  question={`Look-ups read version ${version} from then on.`}
                  onConfirm={() => restore(version)}
                />
              ),
          },
        ]}
      />
      {session.can('operator') && table !== undefined && <Rows path={path} />}
    </Page>
  );
}

function Rows({ path }: { readonly path: string }): ReactNode {
  const filters = useUrlFilters(NO_FILTERS);
  const { data: columns } = useView<ColumnList>(`${path}/columns`);
  const { data, error } = useView<RowList>(`${path}/rows`, { cursor: filters.cursor, limit: 50 });
  return (
    <>
      <Title order={2} size="h5">
        Rows
      </Title>
      <DataTable
        caption="Rows"
        rows={data?.items}
        error={error}
        keyOf={({ line }) => String(line)}
        empty="The table has no rows."
        columns={[
          { title: 'Line', isNumber: true, cell: ({ line }) => line },
          ...(columns?.items ?? []).map(({ name, key }) => ({
            title: key ? `${name} (key)` : name,
            cell: ({ cells }: { readonly cells: Readonly<Record<string, string>> }) => cells[name] ?? '',
          })),
        ]}
      />
      <Pager nextCursor={data?.nextCursor} onNext={filters.next} />
    </>
  );
}
