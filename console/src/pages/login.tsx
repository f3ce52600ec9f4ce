import { Alert, Button, Center, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { type SubmitEvent, type ReactNode, useEffect, useState } from 'react';
import { ApiError } from '../api/client.js';
import { useSessionState } from '../api/session.js';
import { Problem } from '../parts/problem.js';

/** The service's own words name its configuration, for callers of the API. */
function inWords(failure: unknown): unknown {
  if (!(failure instanceof ApiError) || failure.status !== 401) return failure;
  return new ApiError(
    401,
    'This key is not known here, or it has ended. Check that all of it was copied, or ask an administrator for a new one.',
  );
}

/** The key is sent once and kept nowhere: from then on a cookie that no script can read stands for it. */
export function LoginPage(): ReactNode {
  const { logIn, notice } = useSessionState();
  const [key, setKey] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    document.title = 'Log in · Ricochet';
  }, []);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await logIn(key.trim());
    } catch (failure) {
      setError(inWords(failure));
      setBusy(false);
    }
  };
  return (
    <Center mih="100vh" p="md" component="main">
      <Paper withBorder p="lg" w="100%" maw={420}>
        <form onSubmit={(event) => void submit(event)}>
          <Stack>
            <Title order={1} size="h3">
              Ricochet
            </Title>
            {notice !== null && (
              <Alert color="yellow" variant="outline" role="status">
                {notice}
              </Alert>
            )}
            <PasswordInput
              label="Admin key"
              description="The key that an administrator made for you, or one that the operator configured"
              autoComplete="current-password"
              required
              autoFocus
              value={key}
              onChange={({ currentTarget }) => setKey(currentTarget.value)}
              visibilityToggleButtonProps={{ 'aria-label': 'Show the key' }}
            />
            <Problem error={error} />
            <Button type="submit" loading={isBusy}>
              Log in
            </Button>
            <Text size="xs" c="dimmed">
              The session ends after 30 minutes without use, and after 12 hours at the latest.
            </Text>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
