import { Anchor, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import type { ServiceStatus } from '../../../src/admin/status.dto.js';
import { useView } from '../api/queries.js';
import { useSession } from '../api/session.js';
import { Page } from '../parts/page.js';
import { Problem } from '../parts/problem.js';
import { StateBadge } from '../parts/state-badge.js';
import { Tenants } from '../parts/tenants.js';
import { TryService } from '../parts/try-service.js';

/** One service: a subject through its pipeline, and the organisations that it is served to. */
export function ServicePage(): ReactNode {
  const { apiName = '' } = useParams();
  const session = useSession();
  const { data, error } = useView<ServiceStatus>('/admin/status', {}, { live: true });
  const service = data?.services.find((one) => one.apiName === apiName);
  return (
    <Page
      title={`Service ${apiName}`}
      actions={service !== undefined && <StateBadge state={service.enabled ? 'active' : 'disabled'} />}
    >
      <Problem error={error} />
      {data !== undefined && service === undefined && <Text>No service of this name is served.</Text>}
      {service !== undefined && (
        <>
          <Tenants apiName={apiName} />
          {session.can('operator') && <TryService key={apiName} apiName={apiName} />}
        </>
      )}
      <Anchor component={Link} to="/services" underline="always">
        All services
      </Anchor>
    </Page>
  );
}
