import { Group, Tabs, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useSearchParams } from 'react-router';
import type { AsyncClientItem } from '../../../src/async-calls/clients/async-clients.dto.js';
import type { CompanyView } from '../../../src/registrations/companies/companies-admin.dto.js';
import type { EqpUserItem } from '../../../src/registrations/eqp/eqp-users.dto.js';
import { call } from '../api/client.js';
import type { Json } from '../api/json.js';
import { asLabel, type FieldLabels } from '../lib/problem-lines.js';
import { useView } from '../api/queries.js';
import { useSession } from '../api/session.js';
import { Confirm } from '../parts/confirm.js';
import { DataTable } from '../parts/data-table.js';
import { FormButton } from '../parts/form-button.js';
import { Moment } from '../parts/moment.js';
import { Page } from '../parts/page.js';
import { Pager } from '../parts/pager.js';
import { ShownOnce } from '../parts/shown-once.js';
import { StateBadge } from '../parts/state-badge.js';

interface Customer {
  readonly id: string;
  readonly name: string | null;
  readonly state: 'active' | 'disabled';
  readonly created_at: string;
}

type Secrets = Readonly<Record<string, string>>;

/** A family of customers: where its routes lie, and how it calls its parts. */
interface Family {
  readonly key: string;
  readonly title: string;
  readonly path: string;
  readonly one: string;
  readonly rotate: string;
  /** The field of a new one, and its body. */
  readonly field: {
    readonly label: string;
    readonly description: string;
    readonly placeholder: string;
    readonly isRequired: boolean;
  };
  /** What its secrets are called, by their names in the API. */
  readonly secrets: FieldLabels;
  readonly bodyOf: (text: string) => object;
  readonly toCustomer: (item: never) => Customer;
}

const FAMILIES: readonly Family[] = [
  {
    key: 'companies',
    title: 'Companies',
    path: '/admin/companies',
    one: 'company',
    rotate: 'rotate',
    field: {
      label: 'Id',
      description: '1 to 64 letters, digits, dots, hyphens and underscores. Part of its paths, so it stays',
      placeholder: 'acme',
      isRequired: true,
    },
    secrets: { company_id: 'Company', username: 'User name', password: 'Password' },
    bodyOf: (text) => ({ company_id: text }),
    toCustomer: (item: Json<CompanyView>) => ({ ...item, id: item.company_id }),
  },
  {
    key: 'eqp',
    title: 'EQP users',
    path: '/admin/eqp/users',
    one: 'EQP user',
    rotate: 'rotate-secret',
    field: {
      label: 'Name',
      description: 'For administrators alone',
      placeholder: 'Acme, marketing',
      isRequired: false,
    },
    secrets: {
      mage_id: 'User (mage_id)',
      app_id: 'App id',
      app_secret: 'App secret',
    },
    bodyOf: (text) => (text === '' ? {} : { name: text }),
    toCustomer: (item: Json<EqpUserItem>) => ({ ...item, id: item.mage_id }),
  },
  {
    key: 'async-clients',
    title: 'Clients of asynchronous calls',
    path: '/admin/async-clients',
    one: 'client',
    rotate: 'rotate',
    field: { label: 'Name', description: 'For administrators alone', placeholder: 'Acme, marketing', isRequired: true },
    secrets: { client_id: 'Client id', client_secret: 'Client secret', name: 'Name' },
    bodyOf: (text) => ({ name: text }),
    toCustomer: (item: Json<AsyncClientItem>) => ({ ...item, id: item.client_id }),
  },
];

/** Customers of every family: made, given new secrets, disabled and enabled. */
export function CustomersPage(): ReactNode {
  const [params, setParams] = useSearchParams();
  const shown = FAMILIES.find(({ key }) => key === params.get('family')) ?? FAMILIES[0];
  if (shown === undefined) return null;
  return (
    <Page title="Customers">
      <Tabs value={shown.key} onChange={(family) => setParams({ family: family ?? '' })} keepMounted={false}>
        <Tabs.List aria-label="Families of customers">
          {FAMILIES.map(({ key, title }) => (
            <Tabs.Tab key={key} value={key}>
              {title}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {FAMILIES.map((family) => (
          <Tabs.Panel key={family.key} value={family.key} pt="md">
            <Members family={family} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  );
}

function Members({ family }: { readonly family: Family }): ReactNode {
  const session = useSession();
  const client = useQueryClient();
  const [cursor, setCursor] = useState<string | null>(null);
  const { data, error } = useView<{ items: never[]; nextCursor: string | null }>(family.path, { cursor });
  const isAdmin = session.can('admin');
  const pathOf = ({ id }: Customer): string => `${family.path}/${encodeURIComponent(id)}`;
  const turn = async (customer: Customer, verb: 'disable' | 'enable'): Promise<void> => {
    await call('POST', `${pathOf(customer)}/${verb}`);
    await client.invalidateQueries();
  };
  const rotate = async (customer: Customer): Promise<ReactNode> =>
    asSecrets(family, await call<Secrets>('POST', `${pathOf(customer)}/${family.rotate}`));
  return (
    <>
      {isAdmin && <NewCustomer family={family} />}
      <DataTable
        caption={family.title}
        rows={data?.items.map((item) => family.toCustomer(item))}
        error={error}
        keyOf={({ id }) => id}
        empty={`There is no ${family.one} yet.`}
        columns={[
          { title: 'Id', cell: ({ id }) => <span className="wrap-anywhere">{id}</span> },
          { title: 'Name', cell: ({ name }) => name ?? '–' },
          { title: 'State', cell: ({ state }) => <StateBadge state={state} /> },
          { title: 'Since', cell: ({ created_at: at }) => <Moment at={at} /> },
          {
            title: 'Do',
            cell: (customer) =>
              isAdmin ? (
                <Group gap={4} wrap="nowrap">
                  {customer.state === 'active' ? (
                    <Confirm
                      verb="Disable"
                      question={`${customer.id} is refused from now on.`}
                      onConfirm={() => turn(customer, 'disable')}
                    />
                  ) : (
                    <Confirm
                      verb="Enable"
                      question={`${customer.id} is let in again.`}
                      onConfirm={() => turn(customer, 'enable')}
                    />
                  )}
                  <FormButton verb="New secret" onSubmit={() => rotate(customer)}>
                    {`${customer.id} gets a new secret, which is shown once.`}
                  </FormButton>
                </Group>
              ) : (
                '–'
              ),
          },
        ]}
      />
      <Pager nextCursor={data?.nextCursor} onNext={setCursor} />
    </>
  );
}

function NewCustomer({ family }: { readonly family: Family }): ReactNode {
  const client = useQueryClient();
  const [text, setText] = useState('');
  const { label, description, placeholder, isRequired } = family.field;
  const create = async (): Promise<ReactNode> => {
    const made = await call<Secrets>('POST', family.path, { body: family.bodyOf(text.trim()) });
    await client.invalidateQueries();
    return asSecrets(family, made);
  };
  return (
    <FormButton
      verb={`New ${family.one}`}
      variant="filled"
      onSubmit={create}
      onOpen={() => setText('')}
      labels={{ company_id: label, name: label }}
    >
      <TextInput
        label={label}
        placeholder={placeholder}
        description={description}
        required={isRequired}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
      />
    </FormButton>
  );
}

function asSecrets({ secrets }: Family, made: Secrets): ReactNode {
  return <ShownOnce values={Object.entries(made).map(([name, value]) => [secrets[name] ?? asLabel(name), value])} />;
}
