import { Anchor, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Page } from '../parts/page.js';

export function UnknownPage(): ReactNode {
  return (
    <Page title="No such page">
      <Text>
        The console has no page at this address.{' '}
        <Anchor component={Link} to="/" underline="always">
          To the overview
        </Anchor>
      </Text>
    </Page>
  );
}
