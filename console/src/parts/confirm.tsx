import { Button, type ButtonProps, Group, Modal, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Problem } from './problem.js';
import { useTell } from './told.js';

interface ConfirmProps {
  /** On the button, and on the one that does it. */
  readonly verb: string;
  readonly question: ReactNode;
  readonly onConfirm: () => Promise<unknown>;
  /** Told once it is done, where the page does not show it by itself. */
  readonly done?: string;
  readonly color?: ButtonProps['color'];
  readonly disabled?: boolean;
}

/** A button that asks first, and says why it did not work. */
export function Confirm({ verb, question, onConfirm, done, color, disabled }: ConfirmProps): ReactNode {
  const tell = useTell();
  const [isOpen, setOpen] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const confirm = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await onConfirm();
      setOpen(false);
      if (done !== undefined) tell({ text: done });
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button size="xs" variant="default" disabled={disabled} onClick={() => setOpen(true)}>
        {verb}
      </Button>
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        title={verb}
        lockScroll={false}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack>
          <Text component="div" size="sm">
            {question}
          </Text>
          <Problem error={error} />
          <Group justify="end">
            <Button variant="default" onClick={() => setOpen(false)}>
              Leave it
            </Button>
            <Button color={color ?? 'blue'} loading={isBusy} onClick={() => void confirm()}>
              {verb}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
