import { Button, Checkbox, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { TryNowReceipt } from '../../../src/resend/resend.dto.js';
import { call } from '../api/client.js';
import { useSession } from '../api/session.js';
import { WAIT_WORDS } from '../lib/delivery-words.js';
import { Confirm } from './confirm.js';
import { useTell } from './told.js';

interface SendAgainProps {
  readonly deliveryId: string;
  readonly status: string;
  /** Its action, if one owns it. */
  readonly requestId?: string | null;
}

/** One delivery, again, or now if it waits for its next try. The service says where it needs force, and why. */
export function SendAgain({ deliveryId, status, requestId = null }: SendAgainProps): ReactNode {
  const session = useSession();
  const client = useQueryClient();
  const tell = useTell();
  const [force, setForce] = useState(false);
  if (status === 'delivering' || !session.can('operator')) return null;
  if (status === 'pending') return <TryNow deliveryId={deliveryId} />;
  const send = async (): Promise<void> => {
    await call('POST', `/admin/deliveries/${deliveryId}/resend`, { body: { force } });
    tell({
      text: 'The callback is sent again.',
      link:
        requestId === null
          ? { to: `/deliveries/${deliveryId}`, text: 'See the delivery' }
          : { to: `/actions/${requestId}`, text: 'See its action' },
    });
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

/** Asks no question: it would be tried anyway, only later. */
function TryNow({ deliveryId }: { readonly deliveryId: string }): ReactNode {
  const client = useQueryClient();
  const tell = useTell();
  const [isBusy, setBusy] = useState(false);
  const attempt = async (): Promise<void> => {
    setBusy(true);
    const own = { to: `/deliveries/${deliveryId}`, text: 'See the delivery' };
    try {
      const receipt = await call<TryNowReceipt>('POST', `/admin/deliveries/${deliveryId}/try-now`);
      const { waitsFor, destinationId } = receipt;
      tell(
        waitsFor === null
          ? { text: 'The callback is tried now.', link: own }
          : { text: WAIT_WORDS[waitsFor], link: { to: `/destinations/${destinationId}`, text: 'To the destination' } },
      );
    } catch (error) {
      tell({ text: `That did not work. ${(error as Error).message}.`, link: own });
    } finally {
      setBusy(false);
    }
    await client.invalidateQueries();
  };
  return (
    <Button size="xs" variant="default" loading={isBusy} onClick={() => void attempt()}>
      Try now
    </Button>
  );
}
