import { Alert, List, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ApiError } from '../api/client.js';
import { type FieldLabels, problemLines } from '../lib/problem-lines.js';

interface ProblemProps {
  readonly error: unknown;
  /** Of the form that it is about. */
  readonly labels?: FieldLabels;
}

/** A refusal in the service's words, with each field that does not fit under the name that the page has for it. */
export function Problem({ error, labels }: ProblemProps): ReactNode {
  if (error == null) return null;
  const title = error instanceof Error ? error.message : 'Something unexpected happened';
  const { text, list } = problemLines(title, error instanceof ApiError ? error.problems : [], labels);
  return (
    <Alert color="red" variant="outline" role="alert" title="That did not work">
      {text !== null && <Text size="sm">{text}</Text>}
      {list.length > 0 && (
        <List size="sm" mt={text === null ? 0 : 'xs'}>
          {list.map((line) => (
            <List.Item key={line}>{line}</List.Item>
          ))}
        </List>
      )}
    </Alert>
  );
}
