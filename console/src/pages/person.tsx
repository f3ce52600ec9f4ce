import { Alert, Button, Group, Progress, Text, TextInput } from '@mantine/core';
import { type SubmitEvent, type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import type { EraseProgress, EraseReceipt } from '../../../src/erasure/erase.dto.js';
import type { SubjectPage } from '../../../src/erasure/subjects.dto.js';
import { call } from '../api/client.js';
import { useView } from '../api/queries.js';
import { useSession } from '../api/session.js';
import { asNumber, shortId } from '../lib/words.js';
import { Confirm } from '../parts/confirm.js';
import { DataTable } from '../parts/data-table.js';
import { Facts } from '../parts/facts.js';
import { Moment } from '../parts/moment.js';
import { Page } from '../parts/page.js';
import { Problem } from '../parts/problem.js';
import { StateBadge } from '../parts/state-badge.js';

interface Subject {
  readonly tenant: string;
  readonly entityId: string;
}

const EVERY_MS = 1_000;

/**
 * What is held of one person or account, and its erasure. The id is kept out of the page's address: histories of browsers
 * and logs of proxies keep addresses.
 */
export function PersonPage(): ReactNode {
  const session = useSession();
  const [tenant, setTenant] = useState('');
  const [entityId, setEntityId] = useState('');
  const [subject, setSubject] = useState<Subject | null>(null);
  const [jobId, setJobId] = useState<string | null>(null);
  const look = (event: SubmitEvent): void => {
    event.preventDefault();
    setJobId(null);
    setSubject({ tenant: tenant.trim(), entityId: entityId.trim() });
  };
  const erase = async (): Promise<void> => {
    setJobId((await call<EraseReceipt>('POST', '/admin/erase', { body: subject })).jobId);
  };
  return (
    <Page title="A person">
      <form onSubmit={look}>
        <Group align="end">
          <TextInput
            label="Organisation"
            required
            value={tenant}
            onChange={({ currentTarget }) => setTenant(currentTarget.value)}
          />
          <TextInput
            label="Lead, person or account"
            required
            value={entityId}
            onChange={({ currentTarget }) => setEntityId(currentTarget.value)}
          />
          <Button type="submit">Show what is held</Button>
          {subject !== null && session.can('admin') && (
            <Confirm
              verb="Erase"
              color="red"
              question="Requests, bodies and answers of this person or account are deleted for good. Callbacks that were sent stay with their receivers."
              onConfirm={erase}
            />
          )}
        </Group>
      </form>
      {jobId !== null && <Erasure jobId={jobId} />}
      {subject !== null && <Held subject={subject} />}
    </Page>
  );
}

function Held({ subject }: { readonly subject: Subject }): ReactNode {
  const { data, error } = useView<SubjectPage>('/admin/subjects', { ...subject, limit: 50 });
  return (
    <>
      {data !== undefined && (
        <Facts
          facts={[
            ['Actions', asNumber(data.counts.actions)],
            ['Requests stored', asNumber(data.counts.payloads)],
            ['Callbacks', asNumber(data.counts.deliveries)],
            ['Bodies stored', asNumber(data.counts.bodies)],
          ]}
        />
      )}
      <DataTable
        caption="Actions about this person or account"
        rows={data?.items}
        error={error}
        keyOf={({ requestId, role }) => `${requestId}${role}`}
        empty="Nothing is held of this person or account."
        columns={[
          { title: 'Received', cell: ({ receivedAt }) => <Moment at={receivedAt} /> },
          {
            title: 'Action',
            cell: ({ requestId, service }) => (
              <Link to={`/actions/${requestId}`}>{`${service} ${shortId(requestId)}`}</Link>
            ),
          },
          { title: 'As', cell: ({ role }) => role },
          { title: 'State', cell: ({ state }) => <StateBadge state={state} /> },
          { title: 'Request', cell: ({ payload }) => payload },
          { title: 'Callbacks', isNumber: true, cell: ({ deliveries }) => deliveries.length },
        ]}
      />
    </>
  );
}

function Erasure({ jobId }: { readonly jobId: string }): ReactNode {
  const { data, error } = useView<EraseProgress>(`/admin/erase/${jobId}`, {}, { live: true, everyMs: EVERY_MS });
  if (data === undefined) return <Problem error={error} />;
  const isDone = data.state === 'done';
  return (
    <Alert variant="outline" color={isDone ? 'green' : 'blue'} title={isDone ? 'Erased' : 'Erasing'} role="status">
      <Text size="sm">
        {asNumber(data.scanned)} rows were looked at, {asNumber(data.erased)} erased
        {data.waiting > 0 ? `, ${asNumber(data.waiting)} wait for what is under way` : ''}.
      </Text>
      {!isDone && <Progress value={100} animated aria-label="Under way" mt="xs" />}
    </Alert>
  );
}
