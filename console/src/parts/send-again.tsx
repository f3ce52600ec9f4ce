import { Checkbox, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { call } from '../api/client.js';
import { useSession } from '../api/session.js';
import { Confirm } from './confirm.js';

interface SendAgainProps {
  readonly deliveryId: string;
  readonly status: string;
}

/** One delivery, again. The service says where it needs force, and why. */
export function SendAgain({ deliveryId, status }: SendAgainProps): ReactNode {
  const session = useSession();
  const client = useQueryClient();
  const [force, setForce] = useState(false);
  if (status === 'pending' || status === 'delivering' || !session.can('operator')) return null;
  const send = async (): Promise<void> => {
    await call('POST', `/admin/deliveries/${deliveryId}/resend`, { body: { force } });
    await client.invalidateQueries();
  };
  return (
    <Confirm
      verb="Send again"
      onConfirm={send}
      question={
        <Stack gap="xs">
          <Text size="sm">The callback is sent to its receiver again, with the id it had.</Text>
          <Checkbox
            label="Also if it was delivered, or its time is up"
            checked={force}
            onChange={({ currentTarget }) => setForce(currentTarget.checked)}
          />
        </Stack>
      }
    />
  );
}
