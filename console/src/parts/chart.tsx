import { Button, Group, Paper, Table, Text, Title, useComputedColorScheme } from '@mantine/core';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import UPlot from 'uplot';

export interface Series {
  readonly title: string;
  readonly values: readonly (number | null)[];
  readonly color: string;
}

interface ChartProps {
  readonly title: string;
  /** Seconds since 1970, ascending. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
  readonly format: (value: number | null) => string;
}

const HEIGHT = 170;
/** Counts and milliseconds are whole: half of one would be labelled like its neighbour. */
const WHOLE_STEPS = Array.from({ length: 13 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();
const TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'short' });

/** Lines over time. A canvas says nothing to a screen reader, so the same numbers stand in a table. */
export function Chart({ title, times, series, format }: ChartProps): ReactNode {
  const [asTable, setAsTable] = useState(false);
  return (
    <Paper withBorder p="sm" component="section" aria-label={title}>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h6">
          {title}
        </Title>
        <Button size="compact-xs" variant="default" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {asTable ? 'As a chart' : 'As a table'}
        </Button>
      </Group>
      {asTable ? (
        <Numbers times={times} series={series} format={format} />
      ) : (
        <Canvas times={times} series={series} format={format} />
      )}
      <Group gap="md" mt={4}>
        {series.map(({ title: name, color, values }) => (
          <Group key={name} gap={6}>
            <span className="swatch" style={{ background: color }} aria-hidden="true" />
            <Text size="xs">
              {name}: {format(values.at(-1) ?? null)} now
            </Text>
          </Group>
        ))}
      </Group>
    </Paper>
  );
}

type Drawn = Omit<ChartProps, 'title'>;

function Canvas({ times, series, format }: Drawn): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | null>(null);
  const scheme = useComputedColorScheme('light');
  const names = series.map(({ title }) => title).join();
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const ink = scheme === 'dark' ? '#c9c9c9' : '#495057';
    const grid = { stroke: scheme === 'dark' ? '#3b3b3b' : '#e9ecef', width: 1 };
    const made = new UPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { drag: { x: false, y: false } },
        scales: { y: { range: (_, __, max) => [0, Math.max(max, 1) * 1.1] } },
        axes: [
          { stroke: ink, grid },
          { stroke: ink, grid, size: 64, incrs: WHOLE_STEPS, values: (_, ticks) => ticks.map((tick) => format(tick)) },
        ],
        series: [
          {},
          ...series.map(({ title, color }) => ({
            label: title,
            stroke: color,
            width: 2,
            spanGaps: true,
            points: { show: true, size: 4 },
          })),
        ],
      },
      [[], ...series.map(() => [])],
      element,
    );
    plot.current = made;
    const watcher = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      made.destroy();
    };
    // Made anew only when it would look different; new numbers are set below.
  }, [names, scheme]);
  useEffect(() => {
    plot.current?.setData([[...times], ...series.map(({ values }) => [...values])]);
  });
  return <div ref={place} aria-hidden="true" className="chart" />;
}

function Numbers({ times, series, format }: Drawn): ReactNode {
  return (
    <div className="chart-table" tabIndex={0} role="region" aria-label="Numbers of the chart">
      <Table fz="xs" verticalSpacing={2}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Time</Table.Th>
            {series.map(({ title }) => (
              <Table.Th key={title} scope="col" ta="right">
                {title}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {times.map((time, index) => (
            <Table.Tr key={time}>
              <Table.Td>{TIME.format(time * 1_000)}</Table.Td>
              {series.map(({ title, values }) => (
                <Table.Td key={title} ta="right">
                  {format(values[index] ?? null)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
