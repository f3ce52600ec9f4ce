import { Alert, List, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ApiError } from '../api/client.js';

/** A refusal in the service's words, with each field that does not fit. */
export function Problem({ error }: { readonly error: unknown }): ReactNode {
  if (error == null) return null;
  const details = error instanceof ApiError ? error.details : [];
  return (
    <Alert color="red" variant="outline" role="alert" title="That did not work">
      <Text size="sm">{error instanceof Error ? error.message : 'Something unexpected happened'}</Text>
      {details.length > 0 && (
        <List size="sm" mt="xs">
          {details.map((detail) => (
            <List.Item key={detail}>{detail}</List.Item>
          ))}
        </List>
      )}
    </Alert>
  );
}
