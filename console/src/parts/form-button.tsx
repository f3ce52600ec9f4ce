import { Button, type ButtonProps, Group, Modal, Stack } from '@mantine/core';
import { type SubmitEvent, type ReactNode, useState } from 'react';
import type { FieldLabels } from '../lib/problem-lines.js';
import { Problem } from './problem.js';

interface FormButtonProps {
  readonly verb: string;
  readonly children: ReactNode;
  /** What is shown once it is done, and stays until it is closed; nothing: the form closes by itself. */
  readonly onSubmit: () => Promise<ReactNode>;
  readonly onOpen?: () => void;
  readonly variant?: ButtonProps['variant'];
  /** What its fields are called, by their names in the API; a refusal names them so. */
  readonly labels?: FieldLabels;
}

/** A button that opens a form; a refusal is shown in it, beside what was typed. */
export function FormButton({ verb, children, onSubmit, onOpen, variant, labels }: FormButtonProps): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [result, setResult] = useState<ReactNode>(null);
  const open = (): void => {
    setError(null);
    setResult(null);
    onOpen?.();
    setOpen(true);
  };
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const shown = await onSubmit();
      if (shown == null) setOpen(false);
      else setResult(shown);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button size="xs" variant={variant ?? 'default'} onClick={open}>
        {verb}
      </Button>
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        title={verb}
        lockScroll={false}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {result ?? (
          <form onSubmit={(event) => void submit(event)}>
            <Stack>
              {children}
              <Problem error={error} {...(labels === undefined ? {} : { labels })} />
              <Group justify="end">
                <Button variant="default" onClick={() => setOpen(false)}>
                  Leave it
                </Button>
                <Button type="submit" loading={isBusy}>
                  {verb}
                </Button>
              </Group>
            </Stack>
          </form>
        )}
      </Modal>
    </>
  );
}
