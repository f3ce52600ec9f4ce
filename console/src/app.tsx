import { Center, Loader, MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { BrowserRouter, Route, Routes } from 'react-router';
import { LiveProvider } from './api/live.js';
import { SessionProvider, useSessionState } from './api/session.js';
import { Frame } from './frame.js';
import { ActionPage } from './pages/action.js';
import { ActionsPage } from './pages/actions.js';
import { AuditPage } from './pages/audit.js';
import { CredentialsPage } from './pages/credentials.js';
import { CustomersPage } from './pages/customers.js';
import { DeliveriesPage } from './pages/deliveries.js';
import { DeliveryPage } from './pages/delivery.js';
import { DestinationPage } from './pages/destination.js';
import { DestinationsPage } from './pages/destinations.js';
import { KeysPage } from './pages/keys.js';
import { LoginPage } from './pages/login.js';
import { LookupTablePage } from './pages/lookup-table.js';
import { LookupTablesPage } from './pages/lookup-tables.js';
import { NoticesPage } from './pages/notices.js';
import { OverviewPage } from './pages/overview.js';
import { PersonPage } from './pages/person.js';
import { RecoveriesPage } from './pages/recoveries.js';
import { RecoveryPage } from './pages/recovery.js';
import { RegistrationPage } from './pages/registration.js';
import { RegistrationsPage } from './pages/registrations.js';
import { ServicePage } from './pages/service.js';
import { ServicesPage } from './pages/services.js';
import { UnknownPage } from './pages/unknown.js';
import { colours, theme } from './theme.js';

const client = new QueryClient();

/** The nonce that the service put on this page; style elements that are made later carry it, too. */
function nonceOfPage(): string {
  return document.querySelector<HTMLElement>('[nonce]')?.nonce ?? '';
}

export function App(): ReactNode {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={colours} defaultColorScheme="auto" getStyleNonce={nonceOfPage}>
      <QueryClientProvider client={client}>
        <BrowserRouter basename="/console">
          <SessionProvider>
            <Pages />
          </SessionProvider>
        </BrowserRouter>
      </QueryClientProvider>
    </MantineProvider>
  );
}

/** The login stands in the place of any page, so that a link leads to where it says once a person is logged in. */
function Pages(): ReactNode {
  const { session } = useSessionState();
  if (session === undefined) {
    return (
      <Center h="100vh">
        <Loader role="status" aria-label="Loading" />
      </Center>
    );
  }
  if (session === null) return <LoginPage />;
  return (
    <Routes>
      <Route
        element={
          <LiveProvider>
            <Frame />
          </LiveProvider>
        }
      >
        <Route index element={<OverviewPage />} />
        <Route path="actions" element={<ActionsPage />} />
        <Route path="actions/:id" element={<ActionPage />} />
        <Route path="deliveries" element={<DeliveriesPage />} />
        <Route path="deliveries/:id" element={<DeliveryPage />} />
        <Route path="recoveries" element={<RecoveriesPage />} />
        <Route path="recoveries/:id" element={<RecoveryPage />} />
        <Route path="destinations" element={<DestinationsPage />} />
        <Route path="destinations/:id" element={<DestinationPage />} />
        <Route path="services" element={<ServicesPage />} />
        <Route path="services/:apiName" element={<ServicePage />} />
        <Route path="customers" element={<CustomersPage />} />
        <Route path="registrations" element={<RegistrationsPage />} />
        <Route path="registrations/:id" element={<RegistrationPage />} />
        <Route path="lookup-tables" element={<LookupTablesPage />} />
        <Route path="lookup-tables/:name" element={<LookupTablePage />} />
        <Route path="credentials" element={<CredentialsPage />} />
        <Route path="notices" element={<NoticesPage />} />
        <Route path="keys" element={<KeysPage />} />
        <Route path="audit" element={<AuditPage />} />
        <Route path="person" element={<PersonPage />} />
        <Route path="*" element={<UnknownPage />} />
      </Route>
    </Routes>
  );
}
