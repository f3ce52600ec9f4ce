import { Alert, Code, Stack, Text } from '@mantine/core';
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
          <Text size="xs" c="dimmed">
            {name}
          </Text>
          <Code block className="wrap-anywhere" tabIndex={0}>
            {value}
          </Code>
        </div>
      ))}
    </Stack>
  );
}
