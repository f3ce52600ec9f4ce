import { Alert, Button, Code, Group, Paper, Stack, Text, Textarea, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { TrialView } from '../../../src/authoring/trial/live-trial.dto.js';
import { ApiError, call } from '../api/client.js';
import type { Json } from '../api/json.js';
import { asDuration } from '../lib/words.js';
import { DataTable } from './data-table.js';
import { Problem } from './problem.js';
import { StateBadge } from './state-badge.js';

type Trial = Json<TrialView>;

/** One subject through the pipeline. Its result is in memory alone, and gone with the page. */
export function TryService({ apiName }: { readonly apiName: string }): ReactNode {
  const [text, setText] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [trial, setTrial] = useState<Trial | null>(null);
  const run = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    setTrial(null);
    try {
      const body = text.trim() === '' ? {} : { subject: parse(text) };
      setTrial(await call('POST', `/admin/services/${encodeURIComponent(apiName)}/try`, { body }));
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Paper withBorder p="sm">
      <Stack gap="xs">
        <Title order={2} size="h5">
          Try it
        </Title>
        <Alert color="orange" variant="outline" title="Steps really ask other systems">
          A trial runs the pipeline as a request of Adobe would: each step asks its system, with its own credentials,
          and counts against its budget. Nothing is sent to Adobe, and nothing is stored of the subject. The audit names
          you.
        </Alert>
        <Textarea
          label="Subject"
          description="JSON: the fields of a person or an account, a list of people, or a whole request. Empty: the example of the service"
          autosize
          minRows={4}
          maxRows={14}
          spellCheck={false}
          placeholder='{"email": "jane.doe@northwind-pumps.example"}'
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
        <Group justify="end">
          <Button size="xs" loading={isBusy} onClick={() => void run()}>
            Run the pipeline
          </Button>
        </Group>
        <Problem error={error} />
        {trial !== null && <Result trial={trial} />}
      </Stack>
    </Paper>
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The message quotes the text, which stays where it was typed.
    throw new ApiError(0, `The subject is not valid JSON: ${(error as Error).message}`);
  }
}

const VERDICTS: Readonly<Record<Trial['outcome'], string>> = {
  success: 'It succeeds',
  failure: 'It fails',
  refused: 'The service would refuse the request',
};

function Result({ trial }: { readonly trial: Trial }): ReactNode {
  const { outcome, code, reason, ms, refusals, steps, warnings, callback } = trial;
  const why = [code, reason].filter(Boolean).join(', ');
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600} role="status">
        {VERDICTS[outcome]}
        {outcome === 'refused' ? '' : ` in ${asDuration(ms)}`}
        {why === '' ? '.' : `: ${why}.`}
      </Text>
      {refusals.map(({ field, message }) => (
        <Text key={`${field}${message}`} size="sm">
          {field} {message}
        </Text>
      ))}
      {warnings.map((warning) => (
        <Text key={warning} size="sm">
          {warning}
        </Text>
      ))}
      {outcome !== 'refused' && (
        <DataTable
          caption="Steps of the trial"
          rows={steps}
          keyOf={({ step }) => step}
          empty="The pipeline has no step."
          columns={[
            { title: 'Step', cell: ({ step, provider }) => (step === provider ? step : `${step} (${provider})`) },
            { title: 'Outcome', cell: ({ outcome: of }) => <StateBadge state={of} /> },
            { title: 'Took', isNumber: true, cell: ({ ms: took }) => asDuration(took) },
            {
              title: 'When',
              cell: ({ conditions }) =>
                conditions.map(({ expression, value }) => `${expression}: ${value}`).join('; ') || '–',
            },
            { title: 'Why', cell: (step) => [step.code, step.reason].filter(Boolean).join(': ') || '–' },
            { title: 'Wrote', cell: ({ wrote }) => <span className="wrap-anywhere">{valuesOf(wrote)}</span> },
          ]}
        />
      )}
      {callback !== null && (
        <>
          <Text size="xs" c="dimmed">
            The callback that would be sent:
          </Text>
          <Code block className="answer" tabIndex={0}>
            {callback}
          </Code>
        </>
      )}
    </Stack>
  );
}

function valuesOf(wrote: Readonly<Record<string, unknown>>): string {
  const values = Object.entries(wrote).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return values.join(', ') || '–';
}
