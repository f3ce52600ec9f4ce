import { Anchor, PasswordInput, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import type { EqpUserPage } from '../../../src/registrations/eqp/eqp-users.dto.js';
import type { CompanyPage } from '../../../src/registrations/companies/companies-admin.dto.js';
import { COMPANY_EVENT_TYPES } from '../../../src/registrations/companies/company-event-types.js';
import { call } from '../api/client.js';
import { useView } from '../api/queries.js';
import { FormButton } from './form-button.js';
import { SuggestedText } from './suggested-text.js';

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
  readonly type?: 'url';
  readonly suggestions?: readonly string[];
}

/** As many as a page has; others can be typed. */
const SUGGESTED = { limit: 200 };

function Field({ label, value, onChange, placeholder, type, suggestions }: FieldProps): ReactNode {
  return (
    <SuggestedText
      label={label}
      suggestions={suggestions ?? []}
      required
      value={value}
      placeholder={placeholder ?? ''}
      type={type ?? 'text'}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}

/** A registration is a customer's: without one there is nothing to choose. */
function NoneYet({ one, family }: { readonly one: string; readonly family: string }): ReactNode {
  return (
    <Text size="sm">
      There is no {one} yet.{' '}
      <Anchor component={Link} to={`/customers?family=${family}`} underline="always" fz="sm">
        Make one first
      </Anchor>
    </Text>
  );
}

const ADDRESS = { label: 'Address', type: 'url', placeholder: 'https://receiver.example.com/callbacks' } as const;

/** A callback of a company, as the company itself would register it. */
export function NewCompanyCallback(): ReactNode {
  const client = useQueryClient();
  const { data: companies } = useView<CompanyPage>('/admin/companies', SUGGESTED);
  const [company, setCompany] = useState('');
  const [eventType, setEventType] = useState('');
  const [url, setUrl] = useState('');
  const create = async (): Promise<null> => {
    const body = { event_type: eventType, destination: { url } };
    await call('POST', `/admin/companies/${encodeURIComponent(company)}/callbacks`, { body });
    await client.invalidateQueries();
    return null;
  };
  return (
    <FormButton verb="New callback of a company" onSubmit={create} labels={{ company_id: 'Company' }}>
      {companies?.items.length === 0 && <NoneYet one="company" family="companies" />}
      <Field
        label="Company"
        placeholder="acme"
        suggestions={companies?.items.map(({ company_id: id }) => id) ?? []}
        value={company}
        onChange={setCompany}
      />
      <Field
        label="Event type"
        placeholder="person_added"
        suggestions={COMPANY_EVENT_TYPES}
        value={eventType}
        onChange={setEventType}
      />
      <Field {...ADDRESS} value={url} onChange={setUrl} />
    </FormButton>
  );
}

/** A callback of an EQP user, for every event of theirs. */
export function NewEqpCallback(): ReactNode {
  const client = useQueryClient();
  const { data: users } = useView<EqpUserPage>('/admin/eqp/users', SUGGESTED);
  const [user, setUser] = useState('');
  const [url, setUrl] = useState('');
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const create = async (): Promise<null> => {
    const body = { url, username, password };
    await call('POST', `/admin/eqp/users/${encodeURIComponent(user)}/callbacks`, { body });
    await client.invalidateQueries();
    return null;
  };
  return (
    <FormButton
      verb="New callback of an EQP user"
      onSubmit={create}
      onOpen={() => setPassword('')}
      labels={{
        mage_id: 'User',
        username: 'User name at the receiver',
        password: 'Password at the receiver',
      }}
    >
      {users?.items.length === 0 && <NoneYet one="EQP user" family="eqp" />}
      <Field
        label="User"
        placeholder="MAG123456789"
        suggestions={users?.items.map(({ mage_id: id }) => id) ?? []}
        value={user}
        onChange={setUser}
      />
      <Field {...ADDRESS} value={url} onChange={setUrl} />
      <Field label="User name at the receiver" value={username} onChange={setUsername} />
      <PasswordInput
        label="Password at the receiver"
        required
        autoComplete="off"
        value={password}
        onChange={({ currentTarget }) => setPassword(currentTarget.value)}
        visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
      />
    </FormButton>
  );
}
