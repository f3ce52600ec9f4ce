import { Anchor, Group, Paper, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { DeliveryView } from '../../../src/admin/action-detail.dto.js';
import type { Json } from '../api/json.js';
import { Attempts } from './attempts.js';
import { Moment } from './moment.js';
import { SendAgain } from './send-again.js';
import { StateBadge } from './state-badge.js';

interface DeliveryCardProps {
  readonly delivery: Json<DeliveryView>;
  /** Its event or its receiver, as the page around it does not say. */
  readonly title: string;
  readonly requestId?: string;
}

/** A delivery with its attempts, on the page of something that has several. */
export function DeliveryCard({ delivery, title, requestId }: DeliveryCardProps): ReactNode {
  const { deliveryId, eventId, status, lastError, nextAttemptAt, attempts } = delivery;
  return (
    <Paper withBorder p="sm">
      <Stack gap="xs">
        <Group justify="space-between">
          <Group gap="sm">
            <StateBadge state={status} />
            <Anchor
              component={Link}
              to={`/deliveries/${deliveryId}`}
              underline="always"
              fz="sm"
              className="wrap-anywhere"
            >
              {title}
            </Anchor>
            <Text size="xs" c="dimmed" className="wrap-anywhere">
              event {eventId}
            </Text>
          </Group>
          <SendAgain deliveryId={deliveryId} status={status} requestId={requestId ?? null} />
        </Group>
        {lastError !== null && <Text size="sm">{lastError}</Text>}
        {nextAttemptAt !== null && (
          <Text size="sm">
            The next attempt is made at <Moment at={nextAttemptAt} />.
          </Text>
        )}
        <Attempts attempts={attempts} />
      </Stack>
    </Paper>
  );
}
