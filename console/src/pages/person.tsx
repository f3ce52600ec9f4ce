import { Alert, Button, Group, List, Progress, Stack, Text, TextInput } from '@mantine/core';
import { type SubmitEvent, type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import type { EraseProgress, EraseReceipt } from '../../../src/erasure/erase.dto.js';
import type { SubjectPage, SubjectTenantList } from '../../../src/erasure/subjects.dto.js';
import { call } from '../api/client.js';
import type { Json } from '../api/json.js';
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
import { SuggestedText } from '../parts/suggested-text.js';

interface Subject {
  readonly tenant: string;
  readonly entityId: string;
}

const EVERY_MS = 1_000;
const SHOWN_TENANTS = 10;

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
  const { data: tenants } = useView<SubjectTenantList>('/admin/subjects/tenants');
  const erase = async (): Promise<void> => {
    setJobId((await call<EraseReceipt>('POST', '/admin/erase', { body: subject })).jobId);
  };
  return (
    <Page title="A person">
      <form onSubmit={look}>
        <Group align="start">
          <SuggestedText
            label="Organisation"
            description="As Adobe writes it in its requests, or the id of a client of calls"
            placeholder={tenants?.items[0]?.tenant ?? '1234567890ABCDEF@AdobeOrg'}
            required
            suggestions={tenants?.items.map(({ tenant: value, name }) => ({ value, name })) ?? []}
            autoComplete="off"
            miw={280}
            value={tenant}
            onChange={({ currentTarget }) => setTenant(currentTarget.value)}
          />
          <TextInput
            label="Lead, person or account"
            description="Its id in that organisation, not its name or address"
            placeholder="1000001"
            required
            autoComplete="off"
            value={entityId}
            onChange={({ currentTarget }) => setEntityId(currentTarget.value)}
          />
        </Group>
        <Button type="submit" mt="sm">
          Show what is held
        </Button>
      </form>
      {jobId !== null && <Erasure jobId={jobId} />}
      {subject !== null && (
        <Held
          subject={subject}
          tenants={tenants}
          erase={
            session.can('admin') && (
              <Confirm
                verb="Erase"
                color="red"
                question={
                  <>
                    Requests, bodies and answers of {subject.entityId} of {subject.tenant} are deleted for good.
                    Callbacks that were sent stay with their receivers. Rows of lookup tables are deleted there.
                  </>
                }
                onConfirm={erase}
              />
            )
          }
        />
      )}
    </Page>
  );
}

interface HeldProps {
  readonly subject: Subject;
  readonly tenants: Json<SubjectTenantList> | undefined;
  /** The button that erases; false for those who may not. */
  readonly erase: ReactNode;
}

function Held({ subject, tenants, erase }: HeldProps): ReactNode {
  const { data, error, isPlaceholderData } = useView<SubjectPage>('/admin/subjects', { ...subject, limit: 50 });
  // What is held of the one before would stand beside the name of this one.
  const page = isPlaceholderData ? undefined : data;
  if (page === undefined) return error === null ? <Text size="sm">Loading …</Text> : <Problem error={error} />;
  const { items, unstartedCalls, nextCursor, tenantKnown } = page;
  if (!tenantKnown) return <UnknownTenant tenant={subject.tenant} tenants={tenants} />;
  const isNothing = items.length === 0 && unstartedCalls.length === 0;
  return (
    <>
      {!isNothing && (
        <>
          <Facts
            facts={[
              ['Actions', asNumber(page.counts.actions)],
              ['Requests stored', asNumber(page.counts.payloads)],
              ['Callbacks', asNumber(page.counts.deliveries)],
              ['Bodies stored', asNumber(page.counts.bodies)],
              ['Calls not started yet', asNumber(page.counts.unstartedCalls)],
            ]}
          />
          <Group>{erase}</Group>
        </>
      )}
      {nextCursor !== null && (
        <Text size="sm">
          Not everything was looked at yet: older actions may hold more. An erasure reaches all of them.
        </Text>
      )}
      <DataTable
        caption="Actions about this person or account"
        rows={items}
        keyOf={({ requestId, role }) => `${requestId}${role}`}
        empty={isNothing && nextCursor === null ? `Nothing is held of ${subject.entityId} of ${subject.tenant}.` : ''}
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
      {isNothing && erase !== false && (
        <Stack gap="xs" align="start">
          <Text size="sm" c="dimmed">
            An erasure now also reaches requests about it that arrive until it has ended. Later ones are not reached.
          </Text>
          {erase}
        </Stack>
      )}
    </>
  );
}

interface UnknownTenantProps {
  readonly tenant: string;
  readonly tenants: Json<SubjectTenantList> | undefined;
}

/** Nothing found in an organisation that there is not says nothing of a person. */
function UnknownTenant({ tenant, tenants }: UnknownTenantProps): ReactNode {
  const known = tenants?.items ?? [];
  return (
    <Alert color="orange" variant="outline" role="alert" title={`No organisation ${tenant} is known here`}>
      <Text size="sm">
        So this says nothing of the person. Choose one that is known, or look at the page of an action: it names its
        organisation.
      </Text>
      <List size="sm" mt="xs">
        {known.slice(0, SHOWN_TENANTS).map(({ tenant: id, name }) => (
          <List.Item key={id} className="wrap-anywhere">
            {name === null ? id : `${id} (${name})`}
          </List.Item>
        ))}
      </List>
      {(known.length > SHOWN_TENANTS || tenants?.complete === false) && (
        <Text size="sm">There are more than these.</Text>
      )}
    </Alert>
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
