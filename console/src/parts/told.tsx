import { Anchor, CloseButton, Group, Paper, Text } from '@mantine/core';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from 'react';
import { Link } from 'react-router';

/** Words about something that was done, and the way to it. */
export interface Told {
  readonly text: string;
  readonly link?: { readonly to: string; readonly text: string };
}

const SHOWN_MS = 60_000;
const Context = createContext<(told: Told) => void>(() => undefined);

/** Tells a person, also one who hears the page, that something was done. */
export function useTell(): (told: Told) => void {
  return useContext(Context);
}

/** Shows the last words in a corner until they are closed, followed or a minute old. The region is always there: screen readers tell only of changes in one. */
export function ToldProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [shown, setShown] = useState<(Told & { readonly turn: number }) | null>(null);
  const tell = useCallback((told: Told) => setShown((before) => ({ ...told, turn: (before?.turn ?? 0) + 1 })), []);
  useEffect(() => {
    if (shown === null) return undefined;
    const timer = setTimeout(() => setShown(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [shown]);
  const close = (): void => setShown(null);
  return (
    <Context value={tell}>
      {children}
      <div className="told" role="status" aria-live="polite" aria-label="What was done">
        {shown !== null && (
          <Paper key={shown.turn} withBorder shadow="md" p="sm">
            <Group gap="sm" wrap="nowrap" justify="space-between">
              <Text size="sm">
                {shown.text}{' '}
                {shown.link !== undefined && (
                  <Anchor component={Link} to={shown.link.to} underline="always" fz="sm" onClick={close}>
                    {shown.link.text}
                  </Anchor>
                )}
              </Text>
              <CloseButton aria-label="Close the message" onClick={close} />
            </Group>
          </Paper>
        )}
      </div>
    </Context>
  );
}
