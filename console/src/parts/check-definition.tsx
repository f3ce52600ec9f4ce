import { Button, FileInput, Group, List, Modal, Stack, Text, Textarea } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { DefinitionReport, FindingView } from '../../../src/authoring/validate/definition-check.dto.js';
import { call } from '../api/client.js';
import type { Json } from '../api/json.js';
import { Problem } from './problem.js';

type Report = Json<DefinitionReport>;

/** Checks a definition before it is put in its folder. */
export function CheckDefinition(): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [report, setReport] = useState<Report | null>(null);
  const change = (next: string): void => {
    setText(next);
    // It was about another text.
    setReport(null);
  };
  const check = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      setReport(await call('POST', '/admin/services/validate', { body: { definition: text } }));
    } catch (failure) {
      setReport(null);
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button size="xs" onClick={() => setOpen(true)}>
        Check a definition
      </Button>
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        title="Check a definition"
        size="xl"
        lockScroll={false}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack>
          <Text size="sm">
            The text is looked at as the service looks at its files. It is not stored, and nothing is served of it.
          </Text>
          <FileInput
            label="A file"
            accept=".yaml,.yml,.json"
            placeholder="Choose a file"
            onChange={(file) => void file?.text().then(change)}
          />
          <Textarea
            label="Or its text"
            autosize
            minRows={8}
            maxRows={18}
            spellCheck={false}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            value={text}
            onChange={({ currentTarget }) => change(currentTarget.value)}
          />
          <Problem error={error} />
          {report !== null && <Result report={report} />}
          <Group justify="end">
            <Button variant="default" onClick={() => setOpen(false)}>
              Close
            </Button>
            <Button disabled={text.trim() === ''} loading={isBusy} onClick={() => void check()}>
              Check it
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}

function Result({ report: { name, valid, replaces, findings } }: { readonly report: Report }): ReactNode {
  const problems = findings.filter(({ severity }) => severity === 'problem').length;
  const verdict = valid
    ? 'It can be served.'
    : `${problems === 1 ? 'One mistake keeps' : `${problems} mistakes keep`} it from being served.`;
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600} role="status">
        {name === null ? '' : `${name}: `}
        {verdict}
        {replaces && ' It would take the place of the service of this name.'}
      </Text>
      <List size="sm" spacing="xs">
        {findings.map((finding) => (
          <List.Item key={`${finding.path}${finding.reason}`}>
            <Finding finding={finding} />
          </List.Item>
        ))}
      </List>
    </Stack>
  );
}

function Finding({ finding }: { readonly finding: Json<FindingView> }): ReactNode {
  const { severity, path, line, reason, remedy, screen } = finding;
  const where = [line === null ? null : `Line ${line}`, path === '' ? null : path].filter(Boolean).join(', ');
  return (
    <>
      <Text size="sm" className="wrap-anywhere">
        {severity === 'warning' && 'Warning. '}
        {where === '' ? (
          'The text'
        ) : (
          <Text span ff="monospace" fz="sm">
            {where}
          </Text>
        )}{' '}
        {reason}.
      </Text>
      {screen !== null && <Text size="sm">Adobe’s screen says: {screen}</Text>}
      <Text size="sm" c="dimmed" className="wrap-anywhere">
        To do: {remedy}.
      </Text>
    </>
  );
}
