import { Code, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { AttemptView, TimingView } from '../../../src/admin/action-detail.dto.js';
import type { Json } from '../api/json.js';
import { causeOf } from '../lib/delivery-words.js';
import { asDuration, asWords } from '../lib/words.js';
import { DataTable } from './data-table.js';
import { Moment } from './moment.js';

type Attempt = Json<AttemptView>;

const PARTS = [
  { name: 'dns', words: 'look-up of the name', color: '#7048e8' },
  { name: 'connect', words: 'connection', color: '#e67700' },
  { name: 'tls', words: 'TLS', color: '#2b8a3e' },
  { name: 'wait', words: 'wait for the answer', color: '#1971c2' },
  { name: 'rest', words: 'rest of the answer', color: '#868e96' },
] as const;

/** The colours of a timing. Once for a page. */
export function TimingLegend(): ReactNode {
  return (
    <Group gap="md" role="group" aria-label="Colours of a timing">
      {PARTS.map(({ name, words, color }) => (
        <Text key={name} size="xs" c="dimmed">
          <span className="legend" style={{ background: color }} aria-hidden="true" /> {words}
        </Text>
      ))}
    </Group>
  );
}

/** Every attempt with its timing, and how its answer began. */
export function Attempts({ attempts }: { readonly attempts: readonly Attempt[] }): ReactNode {
  const shown = attempts.filter(({ excerpt }) => excerpt !== null);
  return (
    <Stack gap="xs">
      <DataTable
        caption="Attempts"
        rows={attempts}
        keyOf={({ number }) => String(number)}
        empty="No attempt was made yet."
        columns={[
          { title: '#', cell: ({ number }) => number },
          { title: 'Started', cell: ({ startedAt }) => <Moment at={startedAt} /> },
          { title: 'Answer', cell: ({ status, errorClass }) => status ?? asWords(errorClass ?? 'none') },
          { title: 'Why', cell: ({ error, errorClass }) => error ?? (errorClass === null ? '–' : asWords(errorClass)) },
          {
            title: 'Cause',
            cell: ({ trigger, fenced }) => (fenced ? `${causeOf(trigger)}, did not count` : causeOf(trigger)),
          },
          { title: 'Took', isNumber: true, cell: ({ timing }) => asDuration(timing.totalMs) },
          { title: 'Timing', cell: ({ timing }) => <Waterfall timing={timing} /> },
          { title: 'Next', cell: ({ nextAttemptAt }) => <Moment at={nextAttemptAt} /> },
        ]}
      />
      {shown.map(({ number, excerpt }) => (
        <div key={number}>
          <Text size="xs" c="dimmed">
            How the answer to attempt {number} began{excerpt?.encoding === 'base64' ? ' (base64)' : ''}:
          </Text>
          <Code block className="answer" tabIndex={0}>
            {excerpt?.content}
          </Code>
        </div>
      ))}
    </Stack>
  );
}

/** Each figure counts from the beginning of the request; a part is the way from one to the next. */
function Waterfall({ timing }: { readonly timing: Json<TimingView> }): ReactNode {
  const { dnsMs, connectMs, tlsMs, firstByteMs, totalMs } = timing;
  const ends = [dnsMs, connectMs, tlsMs, firstByteMs, totalMs];
  let from = 0;
  const parts = PARTS.map((part, index) => {
    const end = Math.max(ends[index] ?? from, from);
    const width = end - from;
    from = end;
    return { ...part, width };
  });
  const text = parts.filter(({ width }) => width > 0).map(({ words, width }) => `${words} ${asDuration(width)}`);
  return (
    <div
      className="waterfall"
      role="img"
      aria-label={text.join(', ') || 'no time'}
      title={text.join(', ')}
      style={{ width: 120 }}
    >
      {parts.map(({ name, color, width }) => (
        <div key={name} style={{ background: color, width: `${totalMs === 0 ? 0 : (100 * width) / totalMs}%` }} />
      ))}
    </div>
  );
}
