import { Alert, List, PasswordInput, Text, TextInput, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { ServiceStatus } from '../../../src/admin/status.dto.js';
import type { SecretList } from '../../../src/step-secrets/step-secrets.dto.js';
import { call } from '../api/client.js';
import { useView } from '../api/queries.js';
import { useSession } from '../api/session.js';
import { Confirm } from '../parts/confirm.js';
import { DataTable } from '../parts/data-table.js';
import { FormButton } from '../parts/form-button.js';
import { Moment } from '../parts/moment.js';
import { Page } from '../parts/page.js';

/** Credentials that Adobe refused, and those that steps use: written here, never read. */
export function CredentialsPage(): ReactNode {
  const session = useSession();
  const client = useQueryClient();
  const { data, error } = useView<SecretList>('/admin/secrets');
  const { data: status } = useView<ServiceStatus>('/admin/status', {}, { live: true });
  const [name, setName] = useState('');
  const [value, setValue] = useState('');
  const store = async (): Promise<null> => {
    await call('PUT', `/admin/secrets/${encodeURIComponent(name)}`, { body: { value } });
    setValue('');
    await client.invalidateQueries();
    return null;
  };
  const remove = async (secret: string): Promise<void> => {
    await call('DELETE', `/admin/secrets/${encodeURIComponent(secret)}`);
    await client.invalidateQueries();
  };
  const refused = status?.refusedCredentials ?? [];
  return (
    <Page
      title="Credentials"
      actions={
        session.can('admin') && (
          <FormButton verb="Store a secret" onSubmit={store} onOpen={() => setValue('')}>
            <TextInput
              label="Name"
              description="As the step of the service names it, e.g. CRM_KEY"
              required
              value={name}
              onChange={({ currentTarget }) => setName(currentTarget.value)}
            />
            <PasswordInput
              label="Value"
              required
              autoComplete="off"
              value={value}
              onChange={({ currentTarget }) => setValue(currentTarget.value)}
              visibilityToggleButtonProps={{ 'aria-label': 'Show the value' }}
            />
          </FormButton>
        )
      }
    >
      <Title order={2} size="h5">
        Adobe
      </Title>
      {refused.length === 0 ? (
        <Text size="sm">Adobe refuses no credential, as far as callbacks tell.</Text>
      ) : (
        <Alert color="red" variant="outline" title="Adobe refuses a credential">
          <List size="sm">
            {refused.map(({ error: code, waiting, remedy }) => (
              <List.Item key={code}>
                {code}: {waiting} callbacks wait. {remedy}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
      <Title order={2} size="h5">
        Of steps
      </Title>
      <DataTable
        caption="Secrets of steps"
        rows={data?.secrets}
        error={error}
        keyOf={({ name: secret }) => secret}
        empty="No service names a secret, and none is stored."
        columns={[
          { title: 'Name', cell: ({ name: secret }) => secret },
          { title: 'From', cell: ({ source }) => source },
          { title: 'Stored', cell: ({ updatedAt }) => <Moment at={updatedAt} /> },
          {
            title: 'Do',
            cell: ({ name: secret, source }) =>
              source === 'database' && session.can('admin') ? (
                <Confirm
                  verb="Delete"
                  color="red"
                  question={`Steps that use ${secret} fail from then on.`}
                  onConfirm={() => remove(secret)}
                />
              ) : (
                '–'
              ),
          },
        ]}
      />
    </Page>
  );
}
