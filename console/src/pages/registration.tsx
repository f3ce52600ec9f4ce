import { Anchor, Checkbox, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Link, useParams } from 'react-router';
import type { RegistrationDeliveryPage } from '../../../src/admin/registration-deliveries.dto.js';
import type { RegistrationView } from '../../../src/registrations/registrations.dto.js';
import type { RegistrationRecoveries } from '../../../src/resend/registration-recoveries.dto.js';
import { call } from '../api/client.js';
import type { Json } from '../api/json.js';
import { useView } from '../api/queries.js';
import { useSession } from '../api/session.js';
import { asNumber } from '../lib/words.js';
import { Attempts } from '../parts/attempts.js';
import { Confirm } from '../parts/confirm.js';
import { Facts } from '../parts/facts.js';
import { FormButton } from '../parts/form-button.js';
import { Moment } from '../parts/moment.js';
import { Page } from '../parts/page.js';
import { Problem } from '../parts/problem.js';
import { SendAgain } from '../parts/send-again.js';
import { ShownOnce } from '../parts/shown-once.js';
import { StateBadge } from '../parts/state-badge.js';

const SHOWN = 10;
const EVERY_MS = 1_500;

/** One registration, what was sent to it, and a test event of which the attempt appears by itself. */
export function RegistrationPage(): ReactNode {
  const { id = '' } = useParams();
  const path = `/admin/registrations/${id}`;
  const { data: registration, error } = useView<RegistrationView>(path, {}, { live: true });
  const sent = useView<RegistrationDeliveryPage>(
    `${path}/deliveries`,
    { limit: SHOWN },
    { live: true, everyMs: EVERY_MS },
  );
  if (registration === undefined) {
    return <Page title="Registration">{error === null ? <Text>Loading …</Text> : <Problem error={error} />}</Page>;
  }
  return (
    <Page
      title={`Registration of ${registration.owner}`}
      actions={
        <>
          <StateBadge state={registration.state} />
          <Verbs registration={registration} path={path} />
        </>
      }
    >
      <Problem error={error ?? sent.error} />
      <Facts
        facts={[
          ['Kind', registration.kind],
          ['Name', registration.label ?? '–'],
          ['Events', registration.eventType ?? 'all of its owner'],
          ['Address', `${registration.method} ${registration.url}`],
          ['Signed', registration.signed ? 'yes' : 'no'],
          ['Reason', registration.reason ?? '–'],
          ['Since', <Moment key="since" at={registration.startDate} />],
          ['Until', <Moment key="until" at={registration.endDate} />],
        ]}
      />
      <Title order={2} size="h5">
        The last {SHOWN} callbacks
      </Title>
      {sent.data?.items.length === 0 && (
        <Text c="dimmed">Nothing was sent yet. A test event shows whether the receiver answers.</Text>
      )}
      {sent.data?.items.map((delivery) => (
        <Paper key={delivery.deliveryId} withBorder p="sm">
          <Stack gap="xs">
            <Group justify="space-between">
              <Group gap="sm">
                <StateBadge state={delivery.status} />
                <Text size="sm">{delivery.lastError ?? ''}</Text>
              </Group>
              <SendAgain deliveryId={delivery.deliveryId} status={delivery.status} />
            </Group>
            <Attempts attempts={delivery.attempts} />
          </Stack>
        </Paper>
      ))}
      <Anchor component={Link} to="/registrations" underline="always">
        All registrations
      </Anchor>
    </Page>
  );
}

interface VerbsProps {
  readonly registration: Json<RegistrationView>;
  readonly path: string;
}

function Verbs({ registration, path }: VerbsProps): ReactNode {
  const session = useSession();
  const client = useQueryClient();
  const [url, setUrl] = useState(registration.url);
  const [toCurrentUrl, setToCurrentUrl] = useState(false);
  if (!session.can('operator')) return null;
  const act = async (verb: string): Promise<void> => {
    await call('POST', `${path}/${verb}`);
    await client.invalidateQueries();
  };
  const change = async (): Promise<null> => {
    await call('PATCH', path, { body: { url } });
    await client.invalidateQueries();
    return null;
  };
  const recover = async (): Promise<ReactNode> => {
    const body = { toCurrentUrl };
    const { items } = await call<RegistrationRecoveries>('POST', `${path}/recover`, { body });
    if (items.length === 0) return <Text size="sm">Nothing failed: there is nothing to send again.</Text>;
    return items.map(({ jobId, matched }) => (
      <Anchor key={jobId} component={Link} to={`/recoveries/${jobId}`}>
        {asNumber(matched)} are sent again: watch them
      </Anchor>
    ));
  };
  const sign = async (): Promise<ReactNode> => {
    const { signingSecret } = await call<{ signingSecret: string }>('POST', `${path}/signing-secret`);
    return <ShownOnce values={[['Signing secret', signingSecret]]} />;
  };
  const isOff = registration.state === 'paused' || registration.state === 'disabled';
  return (
    <>
      <Confirm
        verb="Send a test event"
        question="The receiver gets a sample of its event, marked as a test."
        onConfirm={() => act('test')}
      />
      {isOff ? (
        <Confirm verb="Resume" question="What is held is sent." onConfirm={() => act('resume')} />
      ) : (
        <Confirm verb="Pause" question="Its callbacks are held until it is resumed." onConfirm={() => act('pause')} />
      )}
      <FormButton verb="Send failed ones again" onSubmit={recover}>
        <Checkbox
          label="Those that went to an earlier address go to the current one"
          checked={toCurrentUrl}
          onChange={({ currentTarget }) => setToCurrentUrl(currentTarget.checked)}
        />
      </FormButton>
      {session.can('admin') && (
        <>
          <FormButton verb="Change the address" onSubmit={change} onOpen={() => setUrl(registration.url)}>
            <TextInput
              label="Address"
              type="url"
              required
              value={url}
              onChange={({ currentTarget }) => setUrl(currentTarget.value)}
            />
          </FormButton>
          {registration.kind === 'company' && (
            <FormButton verb="New signing secret" onSubmit={sign}>
              <Text size="sm">
                Callbacks carry the signatures of both secrets for a while, so that the receiver can change over.
              </Text>
            </FormButton>
          )}
        </>
      )}
    </>
  );
}
