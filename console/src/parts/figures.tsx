import { Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ServiceStatus } from '../../../src/admin/status.dto.js';
import type { StatisticsView } from '../../../src/statistics/statistics.dto.js';
import type { Json } from '../api/json.js';
import { asDuration, asNumber, asShare } from '../lib/words.js';

interface FiguresProps {
  readonly data: Json<StatisticsView> | undefined;
  readonly status: Json<ServiceStatus> | undefined;
}

/** The counts of a window: of actions, and apart from them of callbacks of events. */
export function Figures({ data, status }: FiguresProps): ReactNode {
  const [total, events] = [data?.total, data?.events];
  const waiting = status?.unfinished;
  const underWay = waiting == null ? null : waiting.received + waiting.enriching + waiting.calling_back;
  return (
    <>
      <FigureRow
        title="Actions"
        what="Requests of Adobe and of clients, and their callbacks"
        figures={[
          ['Accepted', countOf(total?.accepted)],
          ['Called back', countOf(total?.delivered)],
          ['Failed', countOf(total?.failed)],
          ['Success', asShare(total?.success ?? null)],
          ['95 % within', asDuration(total?.p95Ms ?? null)],
          ['Attempts that failed', countOf(total?.attempts.failed)],
          ['Under way', countOf(underWay)],
        ]}
      />
      <FigureRow
        title="Callbacks of events"
        what="To companies and EQP users that registered them, and notices"
        figures={[
          ['Delivered', countOf(events?.delivered)],
          ['Given up', countOf(events?.failed)],
          ['Success', asShare(events?.success ?? null)],
          ['95 % within', asDuration(events?.p95Ms ?? null)],
          ['Attempts that failed', countOf(events?.attempts.failed)],
        ]}
      />
    </>
  );
}

interface FigureRowProps {
  readonly title: string;
  readonly what: string;
  readonly figures: readonly (readonly [name: string, value: string])[];
}

function FigureRow({ title, what, figures }: FigureRowProps): ReactNode {
  return (
    <Stack gap={4} component="section" aria-label={title}>
      <Group gap="xs" align="baseline">
        <Title order={2} size="h6">
          {title}
        </Title>
        <Text size="xs" c="dimmed">
          {what}
        </Text>
      </Group>
      <SimpleGrid cols={{ base: 2, sm: 4, lg: 7 }} spacing="xs">
        {figures.map(([name, value]) => (
          <Paper key={name} withBorder p="xs">
            <Text size="xs" c="dimmed">
              {name}
            </Text>
            <Text size="lg" fw={600}>
              {value}
            </Text>
          </Paper>
        ))}
      </SimpleGrid>
    </Stack>
  );
}

function countOf(count: number | null | undefined): string {
  return count == null ? '–' : asNumber(count);
}
