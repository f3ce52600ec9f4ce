import { Anchor } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { RegistrationKind, RegistrationState } from '../../../src/registrations/registration-directory.js';
import type { RegistrationPage as Registrations } from '../../../src/registrations/registrations.dto.js';
import { useView } from '../api/queries.js';
import { useSession } from '../api/session.js';
import { useUrlFilters } from '../lib/url-filters.js';
import { DataTable } from '../parts/data-table.js';
import { Filters } from '../parts/filters.js';
import { Moment } from '../parts/moment.js';
import { NewCompanyCallback, NewEqpCallback } from '../parts/new-callback.js';
import { Page } from '../parts/page.js';
import { Pager } from '../parts/pager.js';
import { StateBadge } from '../parts/state-badge.js';

const NAMES = ['kind', 'owner', 'state'] as const;
const KINDS = ['company', 'eqp'] as const satisfies readonly RegistrationKind[];
const STATES = ['active', 'future', 'ended', 'paused', 'disabled'] as const satisfies readonly RegistrationState[];

export function RegistrationsPage(): ReactNode {
  const session = useSession();
  const filters = useUrlFilters(NAMES);
  const query = { ...filters.values, cursor: filters.cursor };
  const { data, error } = useView<Registrations>('/admin/registrations', query, { live: true });
  return (
    <Page
      title="Registrations"
      actions={
        session.can('admin') && (
          <>
            <NewCompanyCallback />
            <NewEqpCallback />
          </>
        )
      }
    >
      <Filters
        filters={filters}
        fields={[
          { name: 'owner', label: 'Owner', placeholder: 'acme' },
          { name: 'kind', label: 'Kind', options: KINDS },
          { name: 'state', label: 'State', options: STATES },
        ]}
      />
      <DataTable
        caption="Registrations"
        rows={data?.items}
        error={error}
        keyOf={({ id }) => id}
        linkOf={({ id }) => `/registrations/${id}`}
        empty={
          filters.areSet ? (
            'No registration fits these filters.'
          ) : (
            <>
              No callback is registered yet.{' '}
              <Anchor component={Link} to="/customers" underline="always">
                A customer comes first
              </Anchor>
              , then its callback.
            </>
          )
        }
        columns={[
          { title: 'Owner', cell: ({ owner, kind }) => `${owner} (${kind})` },
          { title: 'State', cell: ({ state }) => <StateBadge state={state} /> },
          { title: 'Events', cell: ({ eventType }) => eventType ?? 'all of its owner' },
          { title: 'Address', cell: ({ method, url }) => <span className="wrap-anywhere">{`${method} ${url}`}</span> },
          { title: 'Signed', cell: ({ signed }) => (signed ? 'yes' : 'no') },
          { title: 'Until', cell: ({ endDate }) => <Moment at={endDate} /> },
        ]}
      />
      <Pager nextCursor={data?.nextCursor} onNext={filters.next} />
    </Page>
  );
}
