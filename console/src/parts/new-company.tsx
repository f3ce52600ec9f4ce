import { TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { CompanyCredentialsView } from '../../../src/registrations/companies/companies-admin.dto.js';
import { call } from '../api/client.js';
import { FormButton } from './form-button.js';
import { ShownOnce } from './shown-once.js';

/** A company with its credentials. */
export function NewCompany(): ReactNode {
  const [id, setId] = useState('');
  const create = async (): Promise<ReactNode> => {
    const made = await call<CompanyCredentialsView>('POST', '/admin/companies', { body: { company_id: id } });
    return <ShownOnce values={[['User name', made.username], ['Password', made.password]]} />;
  };
  return (
    <FormButton verb="New company" onSubmit={create} onOpen={() => setId('')}>
      <TextInput
        label="Id"
        description="Letters, digits, dots, hyphens and underscores; part of its paths"
        required
        value={id}
        onChange={({ currentTarget }) => setId(currentTarget.value)}
      />
    </FormButton>
  );
}

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
      <TextInput label="Company" required value={company} onChange={({ currentTarget }) => setCompany(currentTarget.value)} />
      <TextInput
        label="Event type"
        placeholder="person_added"
        required
        value={eventType}
        onChange={({ currentTarget }) => setEventType(currentTarget.value)}
      />
      <TextInput
        label="Address"
        type="url"
        placeholder="https://receiver.example.com/callbacks"
        required
        value={url}
        onChange={({ currentTarget }) => setUrl(currentTarget.value)}
      />
    </FormButton>
  );
}
