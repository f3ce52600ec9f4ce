import { Button, Checkbox, Group, List, Modal, NumberInput, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { RECOVERABLE_STATUSES } from '../../../src/resend/failed-deliveries.js';
import type { RecoverPreview, RecoverReceipt, RecoverSample } from '../../../src/resend/recover.dto.js';
import { call } from '../api/client.js';
import type { Json } from '../api/json.js';
import { otherOf, skipOf } from '../lib/delivery-words.js';
import { asNumber, asWords } from '../lib/words.js';
import { DataTable } from './data-table.js';
import { Problem } from './problem.js';

type Filters = Readonly<Record<'status' | 'channel' | 'service' | 'destination' | 'since' | 'until', string>> &
  Readonly<Record<string, string>>;

/** A job knows these filters. With another one set it would send more than the list shows, so it is not offered. */
const KNOWN = ['status', 'channel', 'service', 'destination', 'since', 'until'];
const PATH = '/admin/deliveries/recover';

/** All that match, again: counted first, then sent by a job that can be watched and cancelled. */
export function SendAllAgain({ filters }: { readonly filters: Filters }): ReactNode {
  const navigate = useNavigate();
  const [isOpen, setOpen] = useState(false);
  const [preview, setPreview] = useState<Json<RecoverPreview> | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const [force, setForce] = useState(false);
  const [rate, setRate] = useState(50);
  const obstacle = obstacleOf(filters);
  const order = {
    status: filters.status === '' ? ['dead', 'held'] : [filters.status],
    ...(filters.channel !== '' && { channel: filters.channel }),
    ...(filters.service !== '' && { service: filters.service }),
    ...(filters.destination !== '' && { endpoint: filters.destination }),
    ...(filters.since !== '' && { since: filters.since }),
    ...(filters.until !== '' && { until: filters.until }),
    force,
  };
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await work();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  const count = (): Promise<void> =>
    attempt(async () => setPreview(await call('POST', PATH, { body: { ...order, dryRun: true } })));
  const start = (): Promise<void> =>
    attempt(async () => {
      const { jobId } = await call<RecoverReceipt>('POST', PATH, { body: { ...order, ratePerSecond: rate } });
      await navigate(`/recoveries/${jobId}`);
    });
  const open = (): void => {
    setPreview(null);
    setOpen(true);
    if (obstacle === null) void count();
  };
  return (
    <>
      <Button size="xs" onClick={open}>
        Send all that match again
      </Button>
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        title="Send all that match again"
        size="lg"
        lockScroll={false}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack>
          {obstacle !== null && <Text size="sm">{obstacle}</Text>}
          <Problem error={error} />
          {obstacle === null && preview !== null && <Preview preview={preview} status={filters.status} />}
          {obstacle === null && (
            <>
              <Checkbox
                label="Also those past their time, with 15 minutes to arrive"
                checked={force}
                onChange={({ currentTarget }) => {
                  setForce(currentTarget.checked);
                  setPreview(null);
                }}
              />
              <NumberInput
                label="How many a second, over all processes"
                min={1}
                max={1_000}
                value={rate}
                onChange={(value) => setRate(Number(value) || 1)}
                w={280}
              />
            </>
          )}
          <Group justify="end">
            <Button variant="default" onClick={() => setOpen(false)}>
              Leave it
            </Button>
            {obstacle === null && (
              <>
                <Button variant="default" loading={isBusy} onClick={() => void count()}>
                  Count again
                </Button>
                <Button
                  disabled={preview === null || preview.wouldSend === 0}
                  loading={isBusy}
                  onClick={() => void start()}
                >
                  {preview === null ? 'Send' : `Send ${asNumber(preview.wouldSend)}`}
                </Button>
              </>
            )}
          </Group>
        </Stack>
      </Modal>
    </>
  );
}

function obstacleOf(filters: Filters): string | null {
  const others = Object.entries(filters).filter(([name, value]) => value !== '' && !KNOWN.includes(name));
  if (others.length > 0) {
    const names = others.map(([name]) => asWords(name)).join(', ');
    return `A set can be chosen by status, channel, service, destination and time. Clear the filter ${names}, or send single ones.`;
  }
  if (filters.status === '' || (RECOVERABLE_STATUSES as readonly string[]).includes(filters.status)) return null;
  return `Only deliveries that are ${RECOVERABLE_STATUSES.join(', ')} can be sent again as a set. Those that are ${filters.status}: ${otherOf(filters.status)}.`;
}

interface PreviewProps {
  readonly preview: Json<RecoverPreview>;
  readonly status: string;
}

function Preview({ preview, status }: PreviewProps): ReactNode {
  const skipped = Object.entries(preview.wouldSkip);
  const others = Object.entries(preview.otherStatuses);
  return (
    <>
      {status === '' && (
        <Text size="sm">
          No status is chosen, so deliveries that are dead (given up) or held count. Choose the status expired to send
          those whose time is up.
        </Text>
      )}
      <Text size="sm" role="status">
        {asNumber(preview.matched)} match, {asNumber(preview.wouldSend)} would be sent
        {skipped.map(([why, count]) => `, ${asNumber(count)} not: ${skipOf(why)}`).join('')}. Nothing was sent yet.
      </Text>
      {status === '' && others.length > 0 && (
        <div>
          <Text size="sm">Left out, of the newest 10,000 deliveries that the other filters fit:</Text>
          <List size="sm">
            {others.map(([name, count]) => (
              <List.Item key={name}>
                {asNumber(count)} {asWords(name)}: {otherOf(name)}
              </List.Item>
            ))}
          </List>
        </div>
      )}
      <DataTable
        caption="The oldest ten"
        rows={preview.sample}
        keyOf={({ deliveryId }) => deliveryId}
        empty={`No delivery that is ${status === '' ? 'dead or held' : status} matches.`}
        columns={[
          { title: 'Status', cell: ({ status }) => status },
          { title: 'About', cell: (delivery) => <About delivery={delivery} /> },
          { title: 'Receiver', cell: ({ url }) => <span className="wrap-anywhere">{url}</span> },
          { title: 'Why', cell: ({ lastError }) => lastError ?? '–' },
        ]}
      />
    </>
  );
}

function About({ delivery }: { readonly delivery: Json<RecoverSample> }): ReactNode {
  const { deliveryId, service, channel } = delivery;
  return <Link to={`/deliveries/${deliveryId}`}>{service ?? `an event (${channel})`}</Link>;
}
