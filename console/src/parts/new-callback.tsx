import { PasswordInput, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { call } from '../api/client.js';
import { FormButton } from './form-button.js';

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
  readonly type?: 'url';
}

function Field({ label, value, onChange, placeholder, type }: FieldProps): ReactNode {
  return (
    <TextInput
      label={label}
      required
      value={value}
      placeholder={placeholder ?? ''}
      type={type ?? 'text'}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}

const ADDRESS = { label: 'Address', type: 'url', placeholder: 'https://receiver.example.com/callbacks' } as const;

/** A callback of a company, as the company itself would register it. */
export function NewCompanyCallback(): ReactNode {
  const client = useQueryClient();
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
    <FormButton verb="New callback of a company" onSubmit={create}>
      <Field label="Company" value={company} onChange={setCompany} />
      <Field label="Event type" placeholder="person_added" value={eventType} onChange={setEventType} />
      <Field {...ADDRESS} value={url} onChange={setUrl} />
    </FormButton>
  );
}

/** A callback of an EQP user, for every event of theirs. */
export function NewEqpCallback(): ReactNode {
  const client = useQueryClient();
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
    <FormButton verb="New callback of an EQP user" onSubmit={create} onOpen={() => setPassword('')}>
      <Field label="User" placeholder="MAG123456789" value={user} onChange={setUser} />
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
