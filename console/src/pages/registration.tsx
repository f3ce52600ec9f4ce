import { Anchor, Checkbox, Text, TextInput, Title } from '@mantine/core';
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
import { TimingLegend } from '../parts/attempts.js';
import { Confirm } from '../parts/confirm.js';
import { DeliveryCard } from '../parts/delivery-card.js';
import { Facts } from '../parts/facts.js';
import { FormButton } from '../parts/form-button.js';
import { Moment } from '../parts/moment.js';
import { Page } from '../parts/page.js';
import { Problem } from '../parts/problem.js';
import { ShownOnce } from '../parts/shown-once.js';
import { StateBadge } from '../parts/state-badge.js';

const SHOWN = 10;
const EVERY_MS = 1_500;
/** The longest page of a list. */
const COUNTED_MAX = 200;

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
      {sent.data?.items.length === 0 ? (
        <Text c="dimmed">Nothing was sent yet. A test event shows whether the receiver answers.</Text>
      ) : (
        <TimingLegend />
      )}
      {sent.data?.items.map((delivery) => (
        <DeliveryCard
          key={delivery.deliveryId}
          delivery={delivery}
          title={delivery.eventType ?? registration.eventType ?? 'event'}
        />
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
        question="The receiver gets a sample of its event. Nothing in it says that it is a test: the receiver takes it for a real event. Here the cause of its first attempt is a test."
        done="The sample is sent. Its delivery stands first in the list of callbacks."
        onConfirm={() => act('test')}
      />
      {isOff ? (
        <Confirm
          verb="Resume"
          question="What is held is sent."
          done="The registration is resumed, and what was held is sent."
          onConfirm={() => act('resume')}
        />
      ) : (
        <Confirm
          verb="Pause"
          question="Its callbacks are held until it is resumed."
          done="The registration is paused. Its callbacks are held."
          onConfirm={() => act('pause')}
        />
      )}
      <FormButton verb="Send failed ones again" onSubmit={recover}>
        <FailedCount path={path} />
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

/** How many the button would send, counted before it is pressed. */
function FailedCount({ path }: { readonly path: string }): ReactNode {
  const dead = useView<RegistrationDeliveryPage>(`${path}/deliveries`, { status: 'dead', limit: COUNTED_MAX });
  const held = useView<RegistrationDeliveryPage>(`${path}/deliveries`, { status: 'held', limit: COUNTED_MAX });
  if (dead.data === undefined || held.data === undefined) return <Problem error={dead.error ?? held.error} />;
  const words = ({ items, nextCursor }: Json<RegistrationDeliveryPage>): string =>
    `${asNumber(items.length)}${nextCursor === null ? '' : ' or more'}`;
  return (
    <Text size="sm" role="status">
      {words(dead.data)} dead and {words(held.data)} held are sent again, in the order in which they were made. Those
      past their time are left out. Pending ones are tried by themselves.
    </Text>
  );
}
