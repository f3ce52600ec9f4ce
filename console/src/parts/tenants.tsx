import { Group, NativeSelect, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { TenantList } from '../../../src/intake/tenants/service-tenants.dto.js';
import { call } from '../api/client.js';
import { useView } from '../api/queries.js';
import { useSession } from '../api/session.js';
import { Confirm } from './confirm.js';
import { DataTable } from './data-table.js';
import { FormButton } from './form-button.js';
import { Moment } from './moment.js';
import { StateBadge } from './state-badge.js';

type Access = TenantList['others'];

const SOURCES: Readonly<Record<TenantList['items'][number]['source'], string>> = {
  rule: 'a rule of an administrator',
  environment: 'ADOBE_IMS_ORG_IDS',
  credential: 'its stored credential',
  nothing: 'nothing',
};

/** The organisations that a service is served to, and the rules for them. */
export function Tenants({ apiName }: { readonly apiName: string }): ReactNode {
  const session = useSession();
  const client = useQueryClient();
  const path = `/admin/services/${encodeURIComponent(apiName)}/tenants`;
  const { data, error } = useView<TenantList>(path, {}, { live: true });
  const [org, setOrg] = useState('');
  const [access, setAccess] = useState<Access>('deny');
  const set = async (imsOrgId: string, to: Access): Promise<null> => {
    await call('PUT', `${path}/${encodeURIComponent(imsOrgId)}`, { body: { access: to } });
    await client.invalidateQueries();
    return null;
  };
  const remove = async (imsOrgId: string): Promise<void> => {
    await call('DELETE', `${path}/${encodeURIComponent(imsOrgId)}`);
    await client.invalidateQueries();
  };
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={2} size="h5">
          Organisations
        </Title>
        {session.can('admin') && (
          <FormButton verb="New rule" onSubmit={() => set(org, access)} onOpen={() => setOrg('')}>
            <TextInput
              label="Organisation"
              placeholder="1234567890ABCDEF@AdobeOrg"
              required
              value={org}
              onChange={({ currentTarget }) => setOrg(currentTarget.value)}
            />
            <NativeSelect
              label="Access"
              description="Denied requests are answered 403. Those accepted before are called back"
              data={['deny', 'allow']}
              value={access}
              onChange={({ currentTarget }) => setAccess(currentTarget.value as Access)}
            />
          </FormButton>
        )}
      </Group>
      {data !== undefined && (
        <Text size="sm">
          {data.others === 'allow' ? 'Every other organisation is served.' : 'No other organisation is served.'}
        </Text>
      )}
      <DataTable
        caption="Organisations of the service"
        rows={data?.items}
        error={error}
        keyOf={({ imsOrgId }) => imsOrgId}
        empty="No organisation has a rule."
        columns={[
          { title: 'Organisation', cell: ({ imsOrgId }) => <span className="wrap-anywhere">{imsOrgId}</span> },
          { title: 'Access', cell: ({ access: now }) => <StateBadge state={now} /> },
          { title: 'Because of', cell: ({ source }) => SOURCES[source] },
          { title: 'Since', cell: ({ updatedAt }) => <Moment at={updatedAt} /> },
          {
            title: 'Do',
            cell: ({ imsOrgId, access: now, source }) =>
              session.can('admin') ? (
                <Group gap={4} wrap="nowrap">
                  {now === 'allow' ? (
                    <Confirm
                      verb="Deny"
                      color="red"
                      question={`Requests of ${imsOrgId} are answered 403 from then on.`}
                      onConfirm={() => set(imsOrgId, 'deny')}
                    />
                  ) : (
                    <Confirm
                      verb="Allow"
                      question={`The service is served to ${imsOrgId} from then on.`}
                      onConfirm={() => set(imsOrgId, 'allow')}
                    />
                  )}
                  {source === 'rule' && (
                    <Confirm
                      verb="Remove the rule"
                      question="The configuration alone counts again."
                      onConfirm={() => remove(imsOrgId)}
                    />
                  )}
                </Group>
              ) : (
                '–'
              ),
          },
        ]}
      />
    </Stack>
  );
}
