import { Alert, Button, Code, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type SubmitEvent, type ReactNode, useState } from 'react';
import { ApiError, call } from '../api/client.js';
import { useSession } from '../api/session.js';
import type { RevealedAction } from '../../../src/reveal/reveal.dto.js';
import { Problem } from './problem.js';

const SHORTEST_REASON = 10;

/** The content of one action, for a reason that the audit keeps. It is in memory alone, and gone with the window. */
export function Reveal({ requestId }: { readonly requestId: string }): ReactNode {
  const session = useSession();
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [content, setContent] = useState<RevealedAction | null>(null);
  if (!session.can('admin')) return null;
  const close = (): void => {
    setOpen(false);
    setContent(null);
    setReason('');
    setError(null);
  };
  const reveal = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      setContent(await call('POST', `/admin/actions/${requestId}/reveal`, { body: { reason: reason.trim() } }));
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setOpen(true)}>
        Show its content
      </Button>
      <Modal
        opened={isOpen}
        onClose={close}
        title="Show its content"
        size="xl"
        lockScroll={false}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {content === null ? (
          <form onSubmit={(event) => void reveal(event)}>
            <Stack>
              <Text size="sm">
                The request and its callbacks hold personal data. The audit keeps your name and the reason, before
                anything is shown.
              </Text>
              <TextInput
                label="Reason"
                description="At least ten characters, for example the number of a ticket. No personal data"
                required
                minLength={SHORTEST_REASON}
                maxLength={500}
                autoComplete="off"
                value={reason}
                onChange={({ currentTarget }) => setReason(currentTarget.value)}
              />
              <Problem error={error} />
              {error instanceof ApiError && error.status === 403 && (
                <Text size="sm">
                  The operator of the service decides whether content may be shown: ADMIN_REVEAL=true in its
                  configuration, and a restart.
                </Text>
              )}
              <Group justify="end">
                <Button variant="default" onClick={close}>
                  Leave it
                </Button>
                <Button type="submit" loading={isBusy} disabled={reason.trim().length < SHORTEST_REASON}>
                  Show it
                </Button>
              </Group>
            </Stack>
          </form>
        ) : (
          <Content content={content} />
        )}
      </Modal>
    </>
  );
}

function Content({ content }: { readonly content: RevealedAction }): ReactNode {
  const { objectData, results, deliveries } = content;
  return (
    <Stack>
      <Alert color="orange" variant="outline" title="Personal data">
        It is shown until this window is closed.
      </Alert>
      <Part title="Request" text={objectData} />
      {results.map((result, index) => (
        <Part key={index} title={`Result ${index + 1}`} text={result} />
      ))}
      {deliveries.map(({ deliveryId, channel, status, body }) => (
        <Part key={deliveryId} title={`Callback (${channel}, ${status})`} text={body} />
      ))}
    </Stack>
  );
}

function Part({ title, text }: { readonly title: string; readonly text: string | null }): ReactNode {
  return (
    <div>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      {text === null ? (
        <Text size="sm" c="dimmed">
          It was removed, by retention or an erasure.
        </Text>
      ) : (
        <Code block className="answer" tabIndex={0} role="region" aria-label={title}>
          {text}
        </Code>
      )}
    </div>
  );
}
