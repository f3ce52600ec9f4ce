import { Alert, Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** Secrets that the service shows this once; they are gone with the window. */
export function ShownOnce({
  values,
}: {
  readonly values: readonly (readonly [name: string, value: string])[];
}): ReactNode {
  return (
    <Stack>
      <Alert color="orange" variant="outline" title="Shown only now">
        Copy it to where it belongs before this window is closed.
      </Alert>
      {values.map(([name, value]) => (
        <div key={name}>
          <Group justify="space-between" mb={4}>
            <Text size="xs" c="dimmed">
              {name}
            </Text>
            <CopyButton value={value}>
              {({ copied, copy }) => (
                <Button size="compact-xs" variant="default" onClick={copy}>
                  {copied ? 'Copied' : 'Copy'}
                  <span className="visually-hidden">&nbsp;{name}</span>
                </Button>
              )}
            </CopyButton>
          </Group>
          <Code block className="wrap-anywhere" tabIndex={0}>
            {value}
          </Code>
        </div>
      ))}
    </Stack>
  );
}
