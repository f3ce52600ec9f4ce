import { Alert, Anchor, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import type { DeliveryDetail } from '../../../src/admin/delivery-detail.dto.js';
import type { Json } from '../api/json.js';
import { useView } from '../api/queries.js';
import { Attempts, TimingLegend } from '../parts/attempts.js';
import { Facts } from '../parts/facts.js';
import { Moment } from '../parts/moment.js';
import { Page } from '../parts/page.js';
import { Problem } from '../parts/problem.js';
import { SendAgain } from '../parts/send-again.js';
import { StateBadge } from '../parts/state-badge.js';

/** One delivery, of an event or of an action, with the explanation on top and every attempt. */
export function DeliveryPage(): ReactNode {
  const { id = '' } = useParams();
  const { data: delivery, error } = useView<DeliveryDetail>(`/admin/deliveries/${id}`, {}, { live: true });
  if (delivery === undefined) {
    return <Page title="Delivery">{error === null ? <Text>Loading …</Text> : <Problem error={error} />}</Page>;
  }
  const { deliveryId, status, service, eventType, channel, ownerId } = delivery;
  return (
    <Page
      title={`Delivery of ${service ?? eventType ?? channel}`}
      actions={
        <>
          <StateBadge state={status} />
          <SendAgain deliveryId={deliveryId} status={status} requestId={service === null ? null : ownerId} />
        </>
      }
    >
      <Problem error={error} />
      <Alert variant="outline" color={status === 'delivered' ? 'green' : 'blue'} title="What happened, and what to do">
        {delivery.explanation}
      </Alert>
      <Facts
        facts={[
          ['Delivery id', deliveryId],
          ['About', <About key="about" delivery={delivery} />],
          ['Event id', delivery.eventId],
          ['Receiver', `${delivery.method} ${delivery.url}`],
          [
            'Destination',
            <Anchor
              key="destination"
              component={Link}
              to={`/destinations/${delivery.destinationId}`}
              underline="always"
              fz="sm"
            >
              Its destination
            </Anchor>,
          ],
          ['Registration', <Registration key="registration" id={delivery.registrationId} />],
          ['Made', <Moment key="made" at={delivery.createdAt} />],
          ['Next attempt', <Moment key="next" at={delivery.nextAttemptAt} />],
          ['Tried until', <Moment key="end" at={delivery.expiresAt} />],
          ['Last error', delivery.lastError ?? '–'],
        ]}
      />
      <Title order={2} size="h5">
        Attempts
      </Title>
      <TimingLegend />
      <Attempts attempts={delivery.attempts} />
      <Anchor component={Link} to="/deliveries" underline="always">
        All deliveries
      </Anchor>
    </Page>
  );
}

function About({ delivery }: { readonly delivery: Json<DeliveryDetail> }): ReactNode {
  const { service, ownerId, eventType, channel } = delivery;
  if (service === null) return `${eventType ?? 'event'} (${channel})`;
  return (
    <Anchor component={Link} to={`/actions/${ownerId}`} underline="always" fz="sm">
      The action of {service}
    </Anchor>
  );
}

function Registration({ id }: { readonly id: string | null }): ReactNode {
  if (id === null) return '–';
  return (
    <Anchor component={Link} to={`/registrations/${id}`} underline="always" fz="sm">
      Its registration
    </Anchor>
  );
}
