import { AppShell, Burger, Button, Group, NativeSelect, NavLink, Text, useMantineColorScheme } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { NavLink as RouterLink, Outlet, useLocation } from 'react-router';
import { useSession } from './api/session.js';
import type { AdminRole } from '../../src/security/admin-roles.js';
import { KeysHelp } from './parts/keys-help.js';
import { LiveState } from './parts/live-state.js';
import { ToldProvider } from './parts/told.js';

interface Place {
  readonly to: string;
  readonly label: string;
  readonly least?: AdminRole;
}

const PLACES: readonly Place[] = [
  { to: '/', label: 'Overview' },
  { to: '/actions', label: 'Actions' },
  { to: '/deliveries', label: 'Deliveries' },
  { to: '/recoveries', label: 'Sent again' },
  { to: '/destinations', label: 'Destinations' },
  { to: '/services', label: 'Services' },
  { to: '/registrations', label: 'Registrations' },
  { to: '/customers', label: 'Customers' },
  { to: '/lookup-tables', label: 'Lookup tables' },
  { to: '/credentials', label: 'Credentials' },
  { to: '/notices', label: 'Notices' },
  { to: '/person', label: 'A person', least: 'operator' },
  { to: '/keys', label: 'Keys', least: 'admin' },
  { to: '/audit', label: 'Audit' },
];
const SCHEMES = ['auto', 'light', 'dark'] as const;

/** Around every page: where to go, who is logged in, light or dark. */
export function Frame(): ReactNode {
  const session = useSession();
  const { pathname } = useLocation();
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const isHere = ({ to }: Place): boolean => (to === '/' ? pathname === '/' : pathname.startsWith(to));
  return (
    <AppShell
      header={{ height: 48 }}
      navbar={{ width: 170, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding="md"
    >
      <AppShell.Header>
        <a href="#content" className="skip-link">
          To the content
        </a>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            <Burger
              opened={isOpen}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label="Menu"
              aria-expanded={isOpen}
            />
            <Text fw={700}>Ricochet</Text>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <KeysHelp />
            <LiveState />
            <Text size="sm" visibleFrom="sm">
              {session.name} ({session.role})
            </Text>
            <NativeSelect
              size="xs"
              aria-label="Colours"
              data={SCHEMES.map((value) => ({ value, label: value }))}
              value={colorScheme}
              onChange={({ currentTarget }) => setColorScheme(currentTarget.value as (typeof SCHEMES)[number])}
            />
            <Button size="xs" variant="default" onClick={() => void session.logOut()}>
              Log out
            </Button>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Pages">
        {PLACES.filter(({ least }) => session.can(least ?? 'viewer')).map((place) => (
          <NavLink
            key={place.to}
            component={RouterLink}
            to={place.to}
            label={place.label}
            active={isHere(place)}
            variant="filled"
            onClick={close}
          />
        ))}
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <ToldProvider>
          <Outlet />
        </ToldProvider>
      </AppShell.Main>
    </AppShell>
  );
}
