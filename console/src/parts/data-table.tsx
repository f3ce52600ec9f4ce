import { Skeleton, Table, Text } from '@mantine/core';
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';
import { useNavigate } from 'react-router';
import { Problem } from './problem.js';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /** Numbers stand below each other by their ends. */
  readonly isNumber?: boolean;
}

interface DataTableProps<Row> {
  /** For people who hear the page. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[] | undefined;
  readonly keyOf: (row: Row) => string;
  /** The page that Enter and a click on a row lead to. */
  readonly linkOf?: (row: Row) => string;
  readonly error?: unknown;
  /** Shown in the place of the rows when there are none. */
  readonly empty: ReactNode;
}

/** A compact table; on a telephone a card for each row. The roles are given because cards are no table to a browser. `j` and `k` move from row to row, Enter opens one. */
export function DataTable<Row>(props: DataTableProps<Row>): ReactNode {
  const { caption, columns, rows, keyOf, linkOf, error, empty } = props;
  const navigate = useNavigate();
  const body = useRef<HTMLTableSectionElement>(null);
  useRowKeys(body, linkOf !== undefined);
  if (rows === undefined)
    return error == null ? <Skeleton height={160} role="status" aria-label="Loading" /> : <Problem error={error} />;
  const open = (row: Row): void => void navigate(linkOf?.(row) ?? '');
  return (
    <>
      <Problem error={error} />
      {rows.length === 0 ? (
        <Text component="div" c="dimmed" py="lg">
          {empty}
        </Text>
      ) : (
        <Table.ScrollContainer
          minWidth={280}
          scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'region', 'aria-label': caption } }}
        >
          <Table
            className="rows"
            role="table"
            verticalSpacing={4}
            horizontalSpacing="xs"
            fz="sm"
            highlightOnHover={linkOf !== undefined}
          >
            <Table.Caption className="visually-hidden">{caption}</Table.Caption>
            <Table.Thead role="rowgroup">
              <Table.Tr role="row">
                {columns.map(({ title, isNumber }) => (
                  <Table.Th key={title} className={endOf(isNumber)} scope="col" role="columnheader">
                    {title}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody ref={body} role="rowgroup">
              {rows.map((row) => (
                <Table.Tr
                  key={keyOf(row)}
                  role="row"
                  {...(linkOf === undefined
                    ? {}
                    : {
                        tabIndex: 0,
                        className: 'row-link',
                        onClick: (event) => {
                          if ((event.target as HTMLElement).closest('a, button') === null) open(row);
                        },
                        onKeyDown: (event: KeyboardEvent) => {
                          if (event.key === 'Enter' && event.target === event.currentTarget) open(row);
                        },
                      })}
                >
                  {columns.map(({ title, cell, isNumber }) => (
                    <Table.Td key={title} className={endOf(isNumber)} data-title={title} role="cell">
                      {cell(row)}
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </>
  );
}

/** Numbers stand below each other by their ends, where rows stand below each other. */
function endOf(isNumber: boolean | undefined): string {
  return isNumber === true ? 'at-end' : 'at-start';
}

function useRowKeys(body: { readonly current: HTMLTableSectionElement | null }, enabled: boolean): void {
  useEffect(() => {
    if (!enabled) return undefined;
    const move = (event: globalThis.KeyboardEvent): void => {
      if (!['j', 'k'].includes(event.key) || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
        return;
      const rows = [...(body.current?.rows ?? [])];
      const at = rows.findIndex((row) => row === document.activeElement);
      const next = rows[event.key === 'j' ? at + 1 : Math.max(at - 1, 0)];
      next?.focus();
    };
    document.addEventListener('keydown', move);
    return () => document.removeEventListener('keydown', move);
  }, [body, enabled]);
}

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null;
}
