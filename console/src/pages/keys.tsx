import { Group, NativeSelect, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { AdminKeyPage, IssuedAdminKey } from '../../../src/admin-keys/admin-keys.dto.js';
import { ADMIN_ROLES, type AdminRole } from '../../../src/security/admin-roles.js';
import { call } from '../api/client.js';
import type { Json } from '../api/json.js';
import { useView } from '../api/queries.js';
import { useUrlFilters } from '../lib/url-filters.js';
import { Confirm } from '../parts/confirm.js';
import { DataTable } from '../parts/data-table.js';
import { FormButton } from '../parts/form-button.js';
import { Moment } from '../parts/moment.js';
import { Page } from '../parts/page.js';
import { Pager } from '../parts/pager.js';
import { ShownOnce } from '../parts/shown-once.js';
import { StateBadge } from '../parts/state-badge.js';

const NO_FILTERS = [] as const;

export function KeysPage(): ReactNode {
  const client = useQueryClient();
  const filters = useUrlFilters(NO_FILTERS);
  const { data, error } = useView<AdminKeyPage>('/admin/keys', { cursor: filters.cursor });
  const [name, setName] = useState('');
  const [role, setRole] = useState<AdminRole>('operator');
  const create = async (): Promise<ReactNode> => {
    const { key } = await call<Json<IssuedAdminKey>>('POST', '/admin/keys', { body: { name, role } });
    await client.invalidateQueries();
    return <ShownOnce values={[[`Key of ${name}`, key]]} />;
  };
  const change = async (id: string, disabled: boolean): Promise<void> => {
    await call('PATCH', `/admin/keys/${id}`, { body: { disabled } });
    await client.invalidateQueries();
  };
  const remove = async (id: string): Promise<void> => {
    await call('DELETE', `/admin/keys/${id}`);
    await client.invalidateQueries();
  };
  return (
    <Page
      title="Keys"
      actions={
        <FormButton verb="New key" variant="filled" onSubmit={create} onOpen={() => setName('')}>
          <TextInput
            label="Name"
            placeholder="night shift"
            required
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          />
          <NativeSelect
            label="Role"
            description="A viewer reads, an operator sends again and pauses, an admin decides who has access"
            data={[...ADMIN_ROLES]}
            value={role}
            onChange={({ currentTarget }) => setRole(currentTarget.value as AdminRole)}
          />
        </FormButton>
      }
    >
      <Text size="sm" c="dimmed">
        Keys of ADMIN_API_KEYS are not listed. A key ends in 90 days, and its sessions with it.
      </Text>
      <DataTable
        caption="Keys of administrators, the newest first"
        rows={data?.items}
        error={error}
        keyOf={({ id }) => id}
        empty="Everybody uses a key of ADMIN_API_KEYS so far. Give each person a key of their own: the audit then names them."
        columns={[
          { title: 'Name', cell: ({ name: key }) => key },
          { title: 'Role', cell: ({ role: of }) => of },
          { title: 'State', cell: ({ state }) => <StateBadge state={state} /> },
          { title: 'Made by', cell: ({ createdBy }) => createdBy },
          { title: 'Last used', cell: ({ lastUsedAt }) => <Moment at={lastUsedAt} /> },
          { title: 'Ends', cell: ({ expiresAt }) => <Moment at={expiresAt} /> },
          {
            title: 'Do',
            cell: ({ id, name: key, state }) => (
              <Group gap={4} wrap="nowrap">
                {state === 'disabled' ? (
                  <Confirm verb="Enable" question={`The key ${key} works again.`} onConfirm={() => change(id, false)} />
                ) : (
                  <Confirm
                    verb="Disable"
                    question={`The key ${key} and its sessions are refused at once.`}
                    onConfirm={() => change(id, true)}
                  />
                )}
                <Confirm
                  verb="Delete"
                  color="red"
                  question={`The key ${key} and its sessions are refused for good.`}
                  onConfirm={() => remove(id)}
                />
              </Group>
            ),
          },
        ]}
      />
      <Pager nextCursor={data?.nextCursor} onNext={filters.next} />
    </Page>
  );
}
