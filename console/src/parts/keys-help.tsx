import { Button, Kbd, Modal, Table } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { KEYS, moveRow, useKey } from '../lib/keys.js';

const HELP = ['?'];
const ROWS = ['j', 'k'];

/** The keys of every page: they work by this, and it lists them. */
export function KeysHelp(): ReactNode {
  const [isOpen, setOpen] = useState(false);
  useKey(HELP, () => setOpen(true));
  useKey(ROWS, ({ key }) => moveRow(key === 'j' ? 1 : -1));
  return (
    <>
      <Button size="xs" variant="subtle" visibleFrom="sm" onClick={() => setOpen(true)}>
        Keys: ?
      </Button>
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        title="Keys"
        lockScroll={false}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Table fz="sm">
          <Table.Caption className="visually-hidden">Keys</Table.Caption>
          <Table.Thead className="visually-hidden">
            <Table.Tr>
              <Table.Th scope="col">Key</Table.Th>
              <Table.Th scope="col">Does</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {KEYS.map(([key, does]) => (
              <Table.Tr key={key}>
                <Table.Td>
                  <Kbd>{key}</Kbd>
                </Table.Td>
                <Table.Td>{does}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Modal>
    </>
  );
}
