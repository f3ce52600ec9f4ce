import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { ERROR_CLASSES } from '../../../src/delivery/answer.js';
import { DELIVERY_STATUSES } from '../../../src/delivery/delivery.js';
import type { DeliveryListItem } from '../../../src/admin/list-deliveries.dto.js';
import type { ServiceStatus } from '../../../src/admin/status.dto.js';
import type { Json } from '../api/json.js';
import { useView } from '../api/queries.js';
import { useSession } from '../api/session.js';
import { useUrlFilters } from '../lib/url-filters.js';
import { useSearch } from '../lib/use-search.js';
import { asWords, shortId } from '../lib/words.js';
import { DataTable } from '../parts/data-table.js';
import { Filters } from '../parts/filters.js';
import { Moment } from '../parts/moment.js';
import { NewRows } from '../parts/new-rows.js';
import { Page } from '../parts/page.js';
import { emptyText, SearchPager } from '../parts/search-pager.js';
import { SendAgain } from '../parts/send-again.js';
import { SendAllAgain } from '../parts/send-all-again.js';
import { StateBadge } from '../parts/state-badge.js';

const NAMES = [
  'status',
  'channel',
  'service',
  'errorClass',
  'lastStatus',
  'destination',
  'owner',
  'eventType',
  'since',
  'until',
] as const;

function keyOf({ deliveryId }: { readonly deliveryId: string }): string {
  return deliveryId;
}

export function DeliveriesPage(): ReactNode {
  const session = useSession();
  const filters = useUrlFilters(NAMES);
  const { data: status } = useView<ServiceStatus>('/admin/status');
  const query = { ...filters.values, cursor: filters.cursor };
  const search = useSearch<Json<DeliveryListItem>>('/admin/deliveries', query, keyOf);
  const { rows, held, showNew, error, reach } = search;
  return (
    <Page
      title="Deliveries"
      actions={
        session.can('operator') && <SendAllAgain filters={filters.values} key={JSON.stringify(filters.values)} />
      }
    >
      <Filters
        filters={filters}
        fields={[
          { name: 'status', label: 'Status', options: DELIVERY_STATUSES },
          { name: 'channel', label: 'Channel', placeholder: 'adobe' },
          { name: 'service', label: 'Service', options: status?.services.map(({ apiName }) => apiName) ?? [] },
          { name: 'errorClass', label: 'Error', options: ERROR_CLASSES },
          { name: 'lastStatus', label: 'Last answer', placeholder: '503' },
          { name: 'destination', label: 'Destination id' },
          { name: 'owner', label: 'Action or event id' },
          { name: 'eventType', label: 'Event type' },
          { name: 'since', label: 'Since', isMoment: true },
          { name: 'until', label: 'Until', isMoment: true },
        ]}
      />
      <NewRows count={held} onShow={showNew} />
      <DataTable
        caption="Deliveries, the newest first"
        rows={rows}
        error={error}
        keyOf={keyOf}
        linkOf={({ deliveryId }) => `/deliveries/${deliveryId}`}
        empty={emptyText(reach, filters.areSet ? 'No delivery fits these filters.' : 'No callback was made yet.')}
        columns={[
          { title: 'Made', cell: ({ createdAt }) => <Moment at={createdAt} /> },
          { title: 'Status', cell: ({ status }) => <StateBadge state={status} /> },
          { title: 'About', cell: (delivery) => <About delivery={delivery} /> },
          {
            title: 'Receiver',
            cell: ({ destinationId, url }) => (
              <Link to={`/destinations/${destinationId}`} className="wrap-anywhere">
                {url}
              </Link>
            ),
          },
          { title: 'Attempts', isNumber: true, cell: ({ attemptNumber }) => attemptNumber },
          { title: 'Last answer', cell: ({ lastStatus, errorClass }) => lastStatus ?? asWords(errorClass ?? '–') },
          { title: 'Why', cell: (delivery) => <Why delivery={delivery} /> },
          { title: 'Next', cell: ({ nextAttemptAt }) => <Moment at={nextAttemptAt} /> },
          {
            title: 'Do',
            cell: ({ deliveryId, status, service, ownerId }) =>
              status === 'delivered' ? (
                '–'
              ) : (
                <SendAgain deliveryId={deliveryId} status={status} requestId={service === null ? null : ownerId} />
              ),
          },
        ]}
      />
      <SearchPager reach={reach} onNext={filters.next} />
    </Page>
  );
}

function About({ delivery }: { readonly delivery: Json<DeliveryListItem> }): ReactNode {
  const { deliveryId, ownerId, service, eventType, channel } = delivery;
  if (service === null) {
    return (
      <Link to={`/deliveries/${deliveryId}`} title={ownerId}>
        {eventType ?? channel}
      </Link>
    );
  }
  return (
    <Link to={`/actions/${ownerId}`} title={ownerId}>
      {service} {shortId(ownerId)}
    </Link>
  );
}

function Why({ delivery: { deliveryId, lastError } }: { readonly delivery: Json<DeliveryListItem> }): ReactNode {
  if (lastError === null) return '–';
  return <Link to={`/deliveries/${deliveryId}`}>{lastError}</Link>;
}
