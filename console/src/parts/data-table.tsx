import { Skeleton, Table, Text } from '@mantine/core';
import { type KeyboardEvent, type MouseEvent, type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { NavigationType, useLocation, useNavigate, useNavigationType } from 'react-router';
import { recallRow, rememberRow } from '../lib/keys.js';
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

/**
 * A compact table; on a telephone a card for each row. The roles are given because cards are no table to a browser. `j` and
 * `k` move from row to row, Enter opens one, and Back gives it the focus again.
 */
export function DataTable<Row>(props: DataTableProps<Row>): ReactNode {
  const { caption, columns, rows, keyOf, linkOf, error, empty } = props;
  const navigate = useNavigate();
  const body = useRef<HTMLTableSectionElement>(null);
  const { key: place } = useLocation();
  useRestoredFocus(body, place, caption, rows);
  if (rows === undefined)
    return error == null ? <Skeleton height={160} role="status" aria-label="Loading" /> : <Problem error={error} />;
  const open = (row: Row): void => {
    rememberRow(place, caption, keyOf(row));
    void navigate(linkOf?.(row) ?? '');
  };
  /** Also where a link in the row leads away. */
  const remember = ({ target }: MouseEvent): void => {
    const row = (target as HTMLElement).closest<HTMLElement>('tr[data-row]')?.dataset['row'];
    if (row !== undefined) rememberRow(place, caption, row);
  };
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
            <Table.Tbody ref={body} role="rowgroup" onClickCapture={remember}>
              {rows.map((row) => (
                <Table.Tr
                  key={keyOf(row)}
                  role="row"
                  data-row={keyOf(row)}
                  {...(linkOf === undefined
                    ? { tabIndex: -1 }
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

/** Gives the row that was left for another page the focus when a person comes back, unless something else has it. */
function useRestoredFocus(
  body: RefObject<HTMLTableSectionElement | null>,
  place: string,
  list: string,
  rows: readonly unknown[] | undefined,
): void {
  const isBack = useNavigationType() === NavigationType.Pop;
  const wanted = useRef(isBack ? recallRow(place, list) : null);
  useEffect(() => {
    if (wanted.current === null) return;
    const row = body.current?.querySelector<HTMLElement>(`tr[data-row="${CSS.escape(wanted.current)}"]`);
    if (row == null) return;
    wanted.current = null;
    if (document.activeElement === null || document.activeElement === document.body) row.focus();
  }, [body, rows]);
}
