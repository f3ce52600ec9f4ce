import { Alert, Anchor, Button, CopyButton, Group, List, Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { ServiceStatus } from '../../../src/admin/status.dto.js';
import { useView } from '../api/queries.js';
import { useSession } from '../api/session.js';
import { shortId } from '../lib/words.js';
import { CheckDefinition } from '../parts/check-definition.js';
import { DataTable } from '../parts/data-table.js';
import { Moment } from '../parts/moment.js';
import { Page } from '../parts/page.js';
import { Problem } from '../parts/problem.js';
import { StateBadge } from '../parts/state-badge.js';

/** The services that are served, with the addresses that an administrator pastes into Adobe. */
export function ServicesPage(): ReactNode {
  const session = useSession();
  const { data, error } = useView<ServiceStatus>('/admin/status', {}, { live: true });
  const refused = data?.definitions.refused;
  return (
    <Page title="Services" actions={session.can('operator') && <CheckDefinition />}>
      <Problem error={error} />
      {refused != null && (
        <Alert color="red" variant="outline" title="New definitions are not served because of these mistakes">
          <List size="sm">
            {refused.problems.map(({ file, path, reason, remedy }) => (
              <List.Item key={`${file}${path}${reason}`}>
                {file} {path}: {reason}. {remedy}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
      {data?.services.map(({ apiName, entityType, enabled, isDefault }) => (
        <Paper key={apiName} withBorder p="sm">
          <Stack gap="xs">
            <Group gap="sm">
              <Title order={2} size="h5">
                {apiName}
              </Title>
              <StateBadge state={enabled ? 'active' : 'disabled'} />
              <Text size="sm" c="dimmed">
                {entityType}
                {isDefault ? ', answers at the root too' : ''}
              </Text>
            </Group>
            <Address label="To paste into Adobe" path={`/services/${apiName}/openapi.json`} />
            <Address label="Its definition" path={`/services/${apiName}/getServiceDefinition`} />
            <Group gap="md">
              <Anchor
                component={Link}
                to={`/actions?service=${encodeURIComponent(apiName)}`}
                underline="always"
                size="sm"
              >
                Its actions
              </Anchor>
              <Anchor component={Link} to={`/services/${encodeURIComponent(apiName)}`} underline="always" size="sm">
                Try it, and for which organisations it is
              </Anchor>
            </Group>
          </Stack>
        </Paper>
      ))}
      {data?.services.length === 0 && <Text>No service is configured. npm run new-service makes a first one.</Text>}
      <Title order={2} size="h5">
        Processes
      </Title>
      <DataTable
        caption="Processes and the definitions that they serve"
        rows={data === undefined ? undefined : (data.processes ?? [])}
        keyOf={({ process }) => process}
        empty="Postgres is away, so that other processes are not known."
        columns={[
          { title: 'Process', cell: ({ process }) => shortId(process) },
          { title: 'Host', cell: ({ host }) => host },
          { title: 'Role', cell: ({ role }) => role },
          { title: 'Definitions', cell: ({ version }) => version.slice(0, 12) },
          { title: 'Since', cell: ({ since }) => <Moment at={since} /> },
        ]}
      />
    </Page>
  );
}

function Address({ label, path }: { readonly label: string; readonly path: string }): ReactNode {
  const address = `${globalThis.location.origin}${path}`;
  return (
    <Group gap="xs">
      <Text size="sm" w={140}>
        {label}
      </Text>
      <Text size="sm" ff="monospace" className="wrap-anywhere">
        {address}
      </Text>
      <CopyButton value={address}>
        {({ copied, copy }) => (
          <Button size="compact-xs" variant="default" onClick={copy}>
            {copied ? 'Copied' : 'Copy'}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}
